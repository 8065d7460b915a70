// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * A clock that a test sets forward. It begins in the middle of an hour: what lasts an hour does not
 * end in the middle of a test.
 */
final class SteppedClock extends Clock {
  private final Clock real = Clock.systemUTC();
  private volatile Duration ahead = toTheMiddleOfAnHour(real.instant());

  private static Duration toTheMiddleOfAnHour(Instant now) {
    Instant middle = now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofMinutes(30));
    return Duration.between(now, middle);
  }

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
