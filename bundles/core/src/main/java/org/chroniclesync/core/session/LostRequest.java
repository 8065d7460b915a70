// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import org.chroniclesync.api.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * The newest request of the peer's that no handler dealt with. A peer says where it stands once, so
 * without it the session would seem unfinished until something changes. A later request says more,
 * and takes its place. For the thread that receives.
 */
final class LostRequest {
  private static final Duration AGAIN = Duration.ofMillis(250);

  /** What a handler keeps failing at is handed to it less often: up to 64 s apart. */
  private static final int MAX_DOUBLINGS = 8;

  private @Nullable Message message;
  private int timesInARow;
  private long dueAt;

  /** A request was not dealt with. */
  void lost(Message request) {
    message = request;
    dueAt = System.nanoTime() + (AGAIN.toNanos() << Math.min(timesInARow++, MAX_DOUBLINGS));
  }

  /** A request was dealt with. */
  void handled() {
    message = null;
    timesInARow = 0;
  }

  /** Returns the request if it is time to hand it on again. */
  @Nullable Message due() {
    return message != null && System.nanoTime() - dueAt >= 0 ? message : null;
  }
}
