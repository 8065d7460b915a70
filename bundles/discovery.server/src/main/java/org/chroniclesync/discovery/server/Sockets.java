// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.support.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open sockets, and the one thread that looks after them. */
final class Sockets {
  private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);
  private static final long MAX_WATCH_MILLIS = 1_000;
  private static final int WATCHES_PER_IDLE = 8;

  /** How long clients may take to say goodbye when the service stops. */
  private static final long STOP_GRACE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          DaemonThreads.named("chroniclesync-discovery-watch"));
  private final Limits limits;
  private final AcceptedSockets accepted;

  /** Else the rooms of one hash would always come back first. */
  private final int salt = new SecureRandom().nextInt();

  private volatile boolean stopping;

  Sockets(Limits limits, AcceptedSockets accepted) {
    this.limits = limits;
    this.accepted = accepted;
    watchLater();
  }

  /** As often as the limits of the moment ask for. */
  private void watchLater() {
    long shortest = Math.min(limits.idle().toMillis(), limits.handshake().toMillis());
    long millis = Math.min(MAX_WATCH_MILLIS, shortest / WATCHES_PER_IDLE);
    try {
      watch.schedule(this::watchAll, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("nobody is watched any more");
    }
  }

  /** Rooms come back one after another, and those of a room together, or they would not meet. */
  CloseCode stopping(RoomId room) {
    return CloseCode.stopping(Math.floorMod(Objects.hash(room, salt), limits.returnSeconds() + 1));
  }

  int count() {
    return open.size();
  }

  /** Returns how many bytes wait to be read, by all clients. */
  long waitingBytes() {
    return open.stream().mapToLong(Socket::waitingBytes).sum();
  }

  /** Returns false if the service is stopping; the socket must be closed then. */
  boolean add(Socket socket) {
    open.add(socket);
    if (stopping) {
      open.remove(socket);
    }
    return !stopping;
  }

  void remove(Socket socket) {
    synchronized (open) {
      open.remove(socket);
      open.notifyAll();
    }
  }

  /** Says goodbye to everybody, waits a moment, and cuts off who is left. Twice is allowed. */
  void stop() {
    stopping = true;
    watch.shutdownNow();
    open.forEach(Socket::stop);
    awaitAllGone();
    open.forEach(Socket::disconnect);
  }

  private void watchAll() {
    long now = System.nanoTime();
    for (Socket socket : open) {
      watch(() -> socket.watch(now));
    }
    // After the sockets, which say why they are closed.
    watch(() -> accepted.watch(now));
    watchLater();
  }

  // A task that throws would be the last, and then nobody would be looked after.
  private static void watch(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("a connection could not be checked", e);
    }
  }

  private void awaitAllGone() {
    long deadline = System.nanoTime() + STOP_GRACE_NANOS;
    synchronized (open) {
      try {
        for (long left = STOP_GRACE_NANOS;
            left > 0 && !open.isEmpty();
            left = deadline - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(open, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
