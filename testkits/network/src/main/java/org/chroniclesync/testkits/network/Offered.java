// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.jspecify.annotations.Nullable;

/** An offer that waits for its answer. Whoever answers and whoever withdraws may do it at once. */
final class Offered {
  private final String id;
  private final MemoryTransport.End end;
  private @Nullable Connection connection;
  private boolean over;

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

  /** Returns the connection that the answer makes, or null if there is no more to answer. */
  synchronized @Nullable Connection answer(MemoryNetwork network, MemoryTransport.End by) {
    if (over || connection != null) {
      return null;
    }
    connection = network.connect(end, by);
    return connection;
  }

  /** Returns the connection, once, to whoever offered; null if nobody has answered. */
  synchronized @Nullable Connection take() {
    over |= connection != null;
    return connection;
  }

  /** Ends the offer and the connection that nobody took. */
  void withdraw() {
    Connection left;
    synchronized (this) {
      left = over ? null : connection;
      over = true;
    }
    if (left != null) {
      left.end("the peer no longer waited for the answer; it will be tried again");
    }
  }
}
