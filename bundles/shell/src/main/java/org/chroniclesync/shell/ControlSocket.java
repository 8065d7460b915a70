// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.felix.service.command.CommandProcessor;
import org.chroniclesync.api.support.DaemonThreads;
import org.jspecify.annotations.Nullable;
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

  /** How long a client may take to read what was sent. */
  private static final Duration READ_PATIENCE = Duration.ofSeconds(30);

  /** How often it looks whether its file is in its place; somebody may have deleted or moved it. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** How often it looks whether the clients of open sessions read. */
  private static final Duration LOOK_AT_SESSIONS = Duration.ofSeconds(1);

  /** How long to wait after a failure. */
  private static final long PAUSE_MILLIS = 200;

  /** One line in the log for so many failures, the first among them. */
  private static final int FAILURES_A_LINE = 1_000;

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
            "How many sessions may be open at once, 1 to 64. A further one takes the place of the one"
                + " that has been silent for longest, and is refused if all are running commands.",
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
  private final Duration readPatience;
  private final SocketFile file;
  private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicLong failures = new AtomicLong();
  private final Thread acceptor;
  private volatile Door door;

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
    this(processor, settings, READ_PATIENCE);
  }

  ControlSocket(CommandProcessor processor, ControlSettings settings, Duration readPatience)
      throws IOException {
    this.readPatience = readPatience;
    this.processor = processor;
    this.settings = settings;
    file = new SocketFile(settings.path());
    door = Door.open(file);
    acceptor = DaemonThreads.make("chroniclesync-control", this::accept);
    acceptor.start();
  }

  @Deactivate
  void deactivate() throws InterruptedException {
    stop.countDown();
    door.wake();
    joinAcceptor();
    sessions.forEach(ControlSession::end);
    joinAll(ANSWER_MILLIS);
    // One that waits for the end of this very bundle is among them: Gogo runs it on another thread.
    sessions.forEach(ControlSession::close);
    joinAll(STOP_MILLIS);
  }

  /** How often the socket could not do its work since it was opened. */
  long failures() {
    return failures.get();
  }

  private void joinAcceptor() throws InterruptedException {
    join(acceptor, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS));
  }

  private void joinAll(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (ControlSession session : sessions) {
      join(session.thread(), deadline);
    }
  }

  /** Whatever happens, the socket comes back: it is the only way into a node that is in trouble. */
  private void accept() {
    Door open = door;
    // Each door that was opened is served, if only to be closed: the bundle may have stopped since.
    while (open != null) {
      try (Door closing = open) {
        serve(closing);
      } catch (IOException | RuntimeException | Error e) {
        failed(e);
      }
      open = reopened();
    }
  }

  private @Nullable Door reopened() {
    while (isRunning()) {
      try {
        Door open = Door.open(file);
        door = open;
        LOG.info("The control socket was opened again.");
        return open;
      } catch (IOException | RuntimeException | Error e) {
        failed(e);
      }
    }
    return null;
  }

  private void serve(Door open) {
    while (isRunning() && open.isInPlace()) {
      try {
        SocketChannel channel = open.accept(sessions.isEmpty() ? LOOK : LOOK_AT_SESSIONS);
        if (channel != null) {
          welcome(channel);
        }
        sessions.forEach(session -> session.closeIfStuck(readPatience));
      } catch (IOException | RuntimeException | Error e) {
        // Such as a process without descriptors or memory. Opening again would need more of them.
        failed(e);
      }
    }
  }

  /** Says so once in a while, and waits: what is short now may not be so in a moment. */
  private void failed(Throwable failure) {
    long times = failures.incrementAndGet();
    if (times % FAILURES_A_LINE == 1 && isRunning()) {
      LOG.warn(
          "The control socket does not work ({}); it tries again. Failures so far: {}.",
          failure.toString(),
          times);
    }
    try {
      stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread on purpose; it ends when the bundle stops.
      LOG.debug("The acceptor was interrupted.", e);
    }
  }

  private boolean isRunning() {
    return stop.getCount() > 0;
  }

  private void welcome(SocketChannel channel) throws IOException {
    ControlSession session =
        new ControlSession(channel, processor, settings.maxLineBytes(), sessions::remove);
    if (sessions.size() >= settings.maxSessions() && !makeRoom()) {
      session.refuse("All " + settings.maxSessions() + " sessions are in use; close one.");
      return;
    }
    sessions.add(session);
    try {
      session.start();
    } catch (Error e) { // no thread for it
      sessions.remove(session);
      channel.close();
      throw e;
    }
  }

  /** Ends the session that has been silent for longest, unless all are running commands. */
  private boolean makeRoom() {
    Optional<ControlSession> silent =
        sessions.stream()
            .filter(ControlSession::isIdle)
            .max(Comparator.comparingLong(ControlSession::idleNanos));
    silent.ifPresent(
        session -> {
          sessions.remove(session);
          session.end();
        });
    return silent.isPresent();
  }

  private static void join(Thread thread, long deadline) throws InterruptedException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    // A command may stop this very bundle: its own thread is not waited for.
    if (millis > 0 && thread != Thread.currentThread()) {
      thread.join(millis);
    }
  }
}
