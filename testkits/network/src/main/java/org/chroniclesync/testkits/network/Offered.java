// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.jspecify.annotations.Nullable;

/**
 * An offer that waits for its answer. A connection opens for both ends at once, when the peer that
 * offered takes the answer: no listener is told of a channel that has no other end. Answering,
 * taking and withdrawing may happen at the same time.
 */
final class Offered {
  private final String id;
  private final MemoryTransport.End end;
  private @Nullable Answer answer;
  private boolean over;

  /** The connection that an answer makes, and whose answer it is. */
  private record Answer(Connection connection, MemoryLink by) {}

  Offered(String id, MemoryTransport.End end) {
    this.id = id;
    this.end = end;
  }

  String id() {
    return id;
  }

  /** The end that offers. */
  MemoryTransport.End end() {
    return end;
  }

  /** Returns false if there is nothing to answer any more. */
  synchronized boolean answer(MemoryNetwork network, MemoryLink by) {
    if (over || answer != null) {
      return false;
    }
    answer = new Answer(network.connect(end, by.end()), by);
    return true;
  }

  /** Opens the other end and returns our own, or null if nobody has answered. */
  @Nullable MemoryChannel take(MemoryNetwork network) {
    Answer taken;
    synchronized (this) {
      taken = over ? null : answer;
      over |= taken != null;
    }
    if (taken == null) {
      return null;
    }
    network.opened(taken.connection());
    taken.by().taken(taken.connection().right());
    return taken.connection().left();
  }

  /**
   * Ends the offer, unless its answer was taken.
   *
   * @param superseded whether another attempt follows, so that this one is not worth a word
   */
  void withdraw(boolean superseded) {
    Answer left;
    synchronized (this) {
      left = over ? null : answer;
      over = true;
    }
    if (left != null) {
      left.connection().end("the peer no longer waited for the answer");
      if (!superseded) {
        left.by().notTaken();
      }
    }
  }
}
