// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix domain socket on which each connection is a Gogo session: the way into a node that has no
 * terminal. Anyone who can open the file can do everything that the user of the node can, so only
 * that user can open it.
 */
@Component(
    service = ControlSocket.class,
    immediate = true,
    configurationPid = ControlSocket.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ControlSocket.Config.class)
public final class ControlSocket {
  static final String PID = "org.chroniclesync.shell";

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final long STOP_MILLIS = 2_000;

  /** How long a command that runs while the bundle stops may take to be answered. */
  private static final long ANSWER_MILLIS = 1_000;

  @ObjectClassDefinition(
      name = "ChronicleSync shell",
      description = "The control socket, which gives commands to a running node.")
  @interface Config {
    @AttributeDefinition(
        description =
            "Path of the socket. The node creates it at each start, for its own user only. The folder must"
                + " exist.")
    String controlSocket();

    @AttributeDefinition(
        description =
            "How many sessions may be open at once, 1 to 64. A further one is refused with a message.",
        min = "1",
        max = "64")
    int maxSessions() default 8;

    @AttributeDefinition(
        description =
            "Longest command line in bytes, 1024 to 1048576. An offer carried by hand is one line."
                + " A longer one ends the session.",
        min = "1024",
        max = "1048576")
    int maxLineBytes() default 131_072;
  }

  private final CommandProcessor processor;
  private final ControlSettings settings;
  private final SocketFile file;
  private final ServerSocketChannel server;
  private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;

  /**
   * Opens the socket.
   *
   * @param processor runs the lines
   * @param config where, and the bounds
   * @throws IOException if it cannot be opened; the message says what to do
   */
  @Activate
  public ControlSocket(@Reference CommandProcessor processor, Config config) throws IOException {
    this(processor, ControlSettings.of(config));
  }

  ControlSocket(CommandProcessor processor, ControlSettings settings) throws IOException {
    this.processor = processor;
    this.settings = settings;
    file = new SocketFile(settings.path());
    server = file.open();
    acceptor = new Thread(this::accept, "chroniclesync-control");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  @Deactivate
  void deactivate() throws IOException, InterruptedException {
    server.close();
    file.remove();
    sessions.forEach(ControlSession::end);
    joinAll(ANSWER_MILLIS);
    // One that waits for the end of this very bundle is among them: Gogo runs it on another thread.
    sessions.forEach(ControlSession::close);
    joinAll(STOP_MILLIS);
  }

  private void joinAll(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    join(acceptor, deadline);
    for (ControlSession session : sessions) {
      join(session.thread(), deadline);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        welcome(server.accept());
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("The control socket stopped working; restart the node: {}", e.getMessage());
          return;
        }
      }
    }
  }

  private void welcome(SocketChannel channel) throws IOException {
    ControlSession session =
        new ControlSession(channel, processor, settings.maxLineBytes(), sessions::remove);
    if (sessions.size() >= settings.maxSessions()) {
      session.refuse("All " + settings.maxSessions() + " sessions are in use; close one.");
      return;
    }
    sessions.add(session);
    session.start();
    if (!server.isOpen()) {
      session
          .close(); // stopped meanwhile, and its round over the sessions may have missed this one
    }
  }

  private static void join(Thread thread, long deadline) throws InterruptedException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    // A command may stop this very bundle: its own thread is not waited for.
    if (millis > 0 && thread != Thread.currentThread()) {
      thread.join(millis);
    }
  }
}
