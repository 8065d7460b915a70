// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What waits to be sent. Bounded; the oldest goes first. Safe for any thread. */
final class Outgoing {
  /** What a char can take at most in UTF-8; an upper bound will do for a limit. */
  private static final int BYTES_PER_CHAR = 3;

  private final int maxBytes;
  private final Deque<String> queue = new ArrayDeque<>();
  private int bytes;
  private int dropped;

  Outgoing(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized void add(String text) {
    queue.addLast(text);
    bytes += size(text);
    while (bytes > maxBytes) {
      bytes -= size(queue.removeFirst());
      dropped++;
    }
  }

  synchronized @Nullable String poll() {
    String text = queue.pollFirst();
    bytes -= text == null ? 0 : size(text);
    return text;
  }

  /** How many were dropped since the last call. */
  synchronized int takeDropped() {
    int taken = dropped;
    dropped = 0;
    return taken;
  }

  private static int size(String text) {
    return text.length() * BYTES_PER_CHAR;
  }
}
