// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.UnknownFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions from the future. */
class ArrivalRuleTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private static final long HOUR = Duration.ofHours(1).toMillis();
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
  void aDeletionFromTheFutureCountsAtOnceAndLessThanADayFromNow() {
    Entry held = entry(NOW.toEpochMilli() - 5.5, NOW.toEpochMilli() + 11 * HOUR);
    Entry tombstone = held.tombstone(NOW.toEpochMilli() + 400 * DAY);

    Entry counted = rule.apply(tombstone);

    assertThat(counted.deleted()).isTrue();
    assertThat(Precedence.ORDER.replaces(counted, held)).isTrue();
    assertThat(counted.lastModifiedMillis()).isLessThan(NOW.toEpochMilli() + DAY);
    assertThat(Precedence.ORDER.replaces(tombstone, counted)).isTrue();
  }

  /** The examples of docs/protocol.md. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-24T00:00:00Z, 2026-11-25T00:00:00Z, 2026-11-25T00:00:00Z",
    "2026-11-24T00:00:00Z, 2026-11-25T00:00:00.001Z, 2026-11-24T23:00:00Z",
    "2026-11-24T11:59:59.999Z, 2027-12-29T00:00:00Z, 2026-11-24T23:00:00Z",
    "2026-11-24T12:00:00Z, 2027-12-29T00:00:00Z, 2026-11-25T11:00:00Z"
  })
  void aDeletionGetsATimeThatStandsForHalfADay(Instant now, Instant claimed, Instant counted) {
    Entry tombstone = entry(0, 1).tombstone(claimed.toEpochMilli());

    Entry taken = new ArrivalRule(Clock.fixed(now, ZoneOffset.UTC)).apply(tombstone);

    assertThat(Instant.ofEpochMilli(taken.lastModifiedMillis())).isEqualTo(counted);
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
