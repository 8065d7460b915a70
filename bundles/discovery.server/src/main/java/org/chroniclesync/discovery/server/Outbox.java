// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be read by one client, at most so many bytes. Two steps, so that the order of
 * messages is fixed under the lock of the rooms and nothing is sent under it: {@link #put}, then
 * {@link #flush}.
 */
final class Outbox {
  private final Outlet outlet;
  private final int maxBytes;
  private final ConcurrentLinkedQueue<String> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicInteger flushes = new AtomicInteger();
  private volatile boolean overflown;

  Outbox(Outlet outlet, int maxBytes) {
    this.outlet = outlet;
    this.maxBytes = maxBytes;
  }

  /** Adds a message. Calls nobody. Once one did not fit, all further ones are dropped. */
  void put(String text) {
    int bytes = utf8Bytes(text);
    if (overflown) {
      return;
    }
    if (waitingBytes.addAndGet(bytes) > maxBytes) {
      overflown = true;
      return;
    }
    queue.add(text);
  }

  /** Returns how many bytes wait for the client to read them. */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /** Hands over what was put. Of several threads one does the work, so the order stays. */
  void flush() {
    if (flushes.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      drain();
      seen = flushes.addAndGet(-seen);
    } while (seen != 0);
  }

  private void drain() {
    if (overflown) {
      queue.clear();
      outlet.close(CloseCode.TOO_SLOW);
      return;
    }
    for (@Nullable String text = queue.poll(); text != null; text = queue.poll()) {
      int bytes = utf8Bytes(text);
      outlet.send(text, () -> waitingBytes.addAndGet(-bytes));
    }
  }

  private static int utf8Bytes(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Two of the four bytes of a surrogate pair are its two chars.
      bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return bytes;
  }
}
