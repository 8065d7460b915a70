// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
  private final AcceptedSockets accepted;
  private volatile boolean stopping;

  Sockets(Limits limits, AcceptedSockets accepted) {
    this.accepted = accepted;
    long shortest = Math.min(limits.idle().toMillis(), limits.handshake().toMillis());
    long millis = Math.min(MAX_WATCH_MILLIS, shortest / WATCHES_PER_IDLE);
    watch.scheduleWithFixedDelay(this::watchAll, millis, millis, TimeUnit.MILLISECONDS);
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
    open.forEach(socket -> socket.close(CloseCode.STOPPING));
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
  }

  // A periodic task that throws is never run again, and then nobody would be looked after.
  private static void watch(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
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
