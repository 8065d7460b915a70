// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Messages that wait for a connection, up to a number of bytes. When there are more the oldest are
 * dropped: peers repeat what matters, and the newest matters most (rule 7 of {@link
 * org.chroniclesync.api.discovery.Membership}). Safe for any thread; nothing blocks.
 */
@ProviderType
public final class SignalQueue {
  /** What a char can take at most in UTF-8; an upper bound will do for a limit. */
  private static final int BYTES_PER_CHAR = 3;

  private final int maxBytes;
  private final Deque<String> queue = new ArrayDeque<>();
  private long bytes;
  private int dropped;

  /**
   * Makes an empty queue.
   *
   * @param maxBytes how many bytes may wait; a char counts as three, which it takes at most
   */
  public SignalQueue(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Adds a message, and drops the oldest until all fit. One that is longer than the whole queue is
   * dropped itself.
   *
   * @param message the message as it is sent
   */
  public synchronized void add(String message) {
    queue.addLast(message);
    bytes += size(message);
    while (bytes > maxBytes) {
      bytes -= size(queue.removeFirst());
      dropped++;
    }
  }

  /**
   * Takes the oldest message.
   *
   * @return the message, or null if none waits
   */
  public synchronized @Nullable String poll() {
    String message = queue.pollFirst();
    bytes -= message == null ? 0 : size(message);
    return message;
  }

  /**
   * Tells how many were dropped since the last call.
   *
   * @return the number
   */
  public synchronized int takeDropped() {
    int taken = dropped;
    dropped = 0;
    return taken;
  }

  private static long size(String message) {
    return (long) message.length() * BYTES_PER_CHAR;
  }
}
