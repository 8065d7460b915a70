// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.sync.NodeStatus;
import org.junit.jupiter.api.Test;

/** The small rules: arrivals from the future, back-off, failures. */
class RulesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final ArrivalRule rule = new ArrivalRule(clock);

  @Test
  void aVersionOfTodayIsTakenAtItsWord() {
    Entry entry = entry(NOW.toEpochMilli() - 5.5, NOW.toEpochMilli() + DAY);

    assertThat(rule.apply(entry)).isSameAs(entry);
  }

  @Test
  void aVersionFromTheFutureCountsFromItsVisit() {
    Entry entry = entry(NOW.toEpochMilli() - 5.5, NOW.toEpochMilli() + DAY + 1);

    assertThat(rule.apply(entry).lastModifiedMillis()).isEqualTo(NOW.toEpochMilli() - 6);
  }

  @Test
  void aVisitFromTheFutureCountsFromTheBeginning() {
    Entry entry = entry(NOW.toEpochMilli() + 3.0 * DAY, NOW.toEpochMilli() + 2 * DAY);

    assertThat(rule.apply(entry).lastModifiedMillis()).isZero();
  }

  @Test
  void backOffGrowsToItsLimitAndNoFurther() {
    Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(1_000), new Random(1));
    long longest = 0;
    for (int i = 0; i < 10_000; i++) {
      long next = backoff.next().toMillis();
      assertThat(next).isBetween(0L, 1_000L);
      longest = Math.max(longest, next);
    }
    assertThat(longest).isGreaterThan(900);

    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(10));
  }

  @Test
  void failuresAreCountedAndBounded() {
    Failures failures = new Failures(clock);
    for (int i = 0; i < 2 * NodeStatus.MAX_FAILURES; i++) {
      failures.add("failure " + i);
    }
    failures.add("failure 150");

    assertThat(failures.newestFirst()).hasSize(NodeStatus.MAX_FAILURES);
    assertThat(failures.newestFirst().get(0).what()).isEqualTo("failure 150");
    assertThat(failures.newestFirst().get(0).times()).isEqualTo(2);
  }

  private static Entry entry(double visited, long modified) {
    return new Entry(
        new Device(new DeviceId("device"), "", "", "", ""),
        "1",
        "https://example.org/",
        "",
        visited,
        "0",
        "link",
        modified,
        false,
        null,
        UnknownFields.NONE);
  }
}
