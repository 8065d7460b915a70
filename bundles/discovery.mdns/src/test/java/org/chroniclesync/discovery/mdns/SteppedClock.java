// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test sets forward. */
final class SteppedClock extends Clock {
  private final Clock real = Clock.systemUTC();
  private volatile Duration ahead = Duration.ZERO;

  void step(Duration by) {
    ahead = ahead.plus(by);
  }

  long hour() {
    return millis() / Duration.ofHours(1).toMillis();
  }

  @Override
  public Instant instant() {
    return real.instant().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
