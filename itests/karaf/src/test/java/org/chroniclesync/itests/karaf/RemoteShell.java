// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;

/** Commands over ssh, each in a session of its own and without a terminal, as scripts give them. */
final class RemoteShell implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final SshClient client = SshClient.setUpDefaultClient();
  private final int port;
  private final String user;
  private final String password;

  /**
   * What a command said.
   *
   * @param status 0 if it did not fail
   * @param text standard output and error
   */
  record Answer(int status, String text) {
    boolean isWell() {
      return status == 0;
    }
  }

  RemoteShell(int port, String user, String password) {
    this.port = port;
    this.user = user;
    this.password = password;
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.start();
  }

  Answer type(String line) throws IOException {
    try (ClientSession session =
        client.connect(user, "127.0.0.1", port).verify(PATIENCE).getSession()) {
      session.addPasswordIdentity(password);
      session.auth().verify(PATIENCE);
      return execute(session, line);
    }
  }

  private static Answer execute(ClientSession session, String line) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ChannelExec channel = session.createExecChannel(line)) {
      channel.setOut(bytes);
      channel.setErr(bytes);
      channel.open().verify(PATIENCE);
      channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
      Integer status = channel.getExitStatus();
      String text = bytes.toString(StandardCharsets.UTF_8);
      if (status == null) {
        throw new IOException("no end of " + line + " after " + text);
      }
      return new Answer(status, text);
    }
  }

  /** Tells whether it lets anybody in; not before Karaf has started. */
  boolean isOpen() {
    try {
      return type("system:version").isWell();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    client.stop();
  }
}
