// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.chroniclesync.api.support.SerialExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Lets the connections of a factory gather their addresses one after another. They share a network
 * manager, and whenever one begins, libwebrtc has it tell all others of the networks anew. Those
 * whose sockets are all open see nothing new; those that are still opening them open another set.
 * So connections that begin together have sockets by the square of their number. On the transport's
 * thread only.
 *
 * <p>Proven peers go first, so that strangers cost them one turn at most.
 */
final class Gathering {
  /**
   * How long a turn may last. Sockets are open within 150 ms (three steps of 50 ms); what goes on
   * after that waits for STUN and TURN servers, and opens none.
   */
  private static final Duration TURN = Duration.ofMillis(500);

  private final SerialExecutor thread;
  private final Deque<Turn> proven = new ArrayDeque<>();
  private final Deque<Turn> strangers = new ArrayDeque<>();
  private @Nullable Turn current;

  Gathering(SerialExecutor thread) {
    this.thread = thread;
  }

  /** A place in the queue, then the turn itself. */
  final class Turn {
    private final Runnable begin;
    private Future<?> limit = CompletableFuture.completedFuture(null);

    private Turn(Runnable begin) {
      this.begin = begin;
    }

    private void start() {
      limit = thread.schedule(TURN, this::end);
      begin.run();
    }

    /** Has what it came for, or wants it no more. Ending again does nothing. */
    void end() {
      limit.cancel(false);
      proven.remove(this);
      strangers.remove(this);
      if (this.equals(current)) {
        current = null;
        next();
      }
    }
  }

  /**
   * Queues.
   *
   * @param ofAProvenPeer whether it goes before strangers
   * @param begin run now or later, and not once the turn has ended
   */
  Turn queue(boolean ofAProvenPeer, Runnable begin) {
    Turn turn = new Turn(begin);
    (ofAProvenPeer ? proven : strangers).add(turn);
    next();
    return turn;
  }

  private void next() {
    if (current == null) {
      Turn turn = proven.isEmpty() ? strangers.poll() : proven.poll();
      current = turn;
      if (turn != null) {
        turn.start();
      }
    }
  }
}
