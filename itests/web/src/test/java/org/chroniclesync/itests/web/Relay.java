// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** coturn, as Debian has it: STUN and TURN by UDP, TCP and TLS. */
final class Relay implements AutoCloseable {
  static final String SECRET = "a secret that both know";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PORT = 3478;
  private static final int TLS_PORT = 443;

  private final Process process;
  private final Path log;

  /** Starts it at an address, on a host. */
  Relay(List<String> host, String address, Path folder) throws IOException, InterruptedException {
    Path server = Path.of("/usr/bin/turnserver");
    if (!Files.isExecutable(server)) {
      throw new TestAbortedException("coturn is not installed; on Debian: apt-get install coturn");
    }
    Path key = folder.resolve("turn.key");
    Path certificate = folder.resolve("turn.crt");
    call(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=turn.example",
            "-keyout",
            key.toString(),
            "-out",
            certificate.toString()));
    log = folder.resolve("turn.log");
    List<String> command = new ArrayList<>(host);
    command.addAll(
        List.of(
            server.toString(),
            "-n",
            "--log-file=stdout",
            "--realm=example.org",
            "--listening-ip=" + address,
            "--relay-ip=" + address,
            "--listening-port=" + PORT,
            "--tls-listening-port=" + TLS_PORT,
            "--use-auth-secret",
            "--static-auth-secret=" + SECRET,
            "--cert=" + certificate,
            "--pkey=" + key,
            "--no-cli",
            "--pidfile=" + folder.resolve("turn.pid"),
            "--userdb=" + folder.resolve("turn.db")));
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      await("the relay listens").atMost(PATIENCE).until(() -> listens(host));
    } catch (RuntimeException e) {
      close();
      throw new IllegalStateException(Files.readString(log), e);
    }
  }

  /** It does not say so itself. */
  private boolean listens(List<String> host) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the relay has ended");
    }
    List<String> command = new ArrayList<>(host);
    command.addAll(List.of("ss", "-Hltn", "sport = :" + TLS_PORT));
    Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
    boolean found = new String(asked.getInputStream().readAllBytes(), UTF_8).contains("LISTEN");
    return asked.waitFor() == 0 && found;
  }

  private static void call(List<String> command) throws IOException, InterruptedException {
    Process one = new ProcessBuilder(command).inheritIO().start();
    if (!one.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || one.exitValue() != 0) {
      one.destroyForcibly();
      throw new IllegalStateException(String.join(" ", command));
    }
  }

  /** Writes the secret to a file that only its owner reads. */
  static Path secretIn(Path folder, String secret) throws IOException {
    Path file = Files.writeString(folder.resolve("turn.secret"), secret);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public void close() {
    process.destroy();
    if (process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().isAlive()) {
      process.destroyForcibly().onExit().join();
    }
  }
}
