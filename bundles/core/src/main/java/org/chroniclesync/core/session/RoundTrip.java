// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a ping of the heartbeat takes there and back. Only the newest one counts: an echo that
 * is late, or of a ping that nobody sent, says nothing. Safe for any thread.
 */
final class RoundTrip {
  private final LongSupplier nanos;
  private double pinged = Double.NaN;
  private long leftAt;
  private @Nullable Duration latest;
  private @Nullable Duration shortest;

  RoundTrip(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A ping with this timestamp leaves now. */
  synchronized void left(double timestamp) {
    pinged = timestamp;
    leftAt = nanos.getAsLong();
  }

  /** A ping with this timestamp was echoed. */
  synchronized void echoed(double timestamp) {
    if (timestamp == pinged) {
      Duration took = Duration.ofNanos(nanos.getAsLong() - leftAt);
      latest = took;
      shortest = shortest == null || took.compareTo(shortest) < 0 ? took : shortest;
      // A second echo of it would make it longer.
      pinged = Double.NaN;
    }
  }

  /** Returns null while none has come back. */
  synchronized @Nullable Duration latest() {
    return latest;
  }

  /** The way itself, without what echoes have waited behind. Returns null while none came back. */
  synchronized @Nullable Duration shortest() {
    return shortest;
  }
}
