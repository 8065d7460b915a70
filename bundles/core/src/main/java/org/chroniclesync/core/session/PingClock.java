// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Clock;

/**
 * Timestamps of pings, each used once in a session, so that an echo tells which ping it answers: a
 * late echo of a ping that keeps the session alive must not pass for that of a fence. Safe for any
 * thread.
 */
final class PingClock {
  private final Clock clock;
  private double last;

  PingClock(Clock clock) {
    this.clock = clock;
  }

  synchronized double next() {
    last = Math.max((double) clock.millis(), last + 1);
    return last;
  }
}
