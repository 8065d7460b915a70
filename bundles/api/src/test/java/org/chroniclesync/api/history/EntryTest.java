// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTest {
  private static final Device DEVICE =
      new Device(new DeviceId("device"), "Linux", "Mozilla", "Firefox", "1");

  @Test
  void boundsAreKept() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> entry("u".repeat(Bounds.MAX_URL_CHARS + 1), 1))
        .withMessageContaining("url has 8193 characters");
    assertThatIllegalArgumentException().isThrownBy(() -> entry("u", Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new DeviceId(""));
    assertThatIllegalArgumentException().isThrownBy(() -> new DeviceId("a\nb"));
    assertThatIllegalArgumentException().isThrownBy(() -> new UnknownFields("[]"));
  }

  @Test
  void aTombstoneHoldsAnIdAndATimeAndNothingElse() {
    Entry visit = entry("https://example.org/", 1);
    Entry tombstone = visit.tombstone(7);

    assertThat(tombstone)
        .isEqualTo(
            new Entry(
                new Device(DEVICE.id(), "", "", "", ""),
                "1",
                "",
                "",
                Entry.placeMillis(visit.id()),
                "",
                "",
                7,
                true,
                null,
                UnknownFields.NONE))
        .isEqualTo(Entry.tombstone(new EntryId(new DeviceId("device"), "1"), 7));
  }

  @Test
  void whatATombstoneIsMadeWithIsForgotten() {
    Entry said =
        new Entry(
            DEVICE,
            "1",
            "https://example.org/",
            "title",
            1,
            "7",
            "typed",
            7,
            true,
            new PageSummary("summary", 1),
            new UnknownFields("{\"starred\":true}"));

    assertThat(said).isEqualTo(entry("https://example.org/", 1).tombstone(7));
  }

  @Test
  void placesOfTombstonesAreSpreadOverTheDaysBefore1970() {
    List<Double> places = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      places.add(Entry.placeMillis(new EntryId(new DeviceId("device"), "visit-" + i)));
    }

    assertThat(places).allMatch(place -> place <= -1 && place >= -(double) (1L << 32));
    assertThat(places.stream().map(place -> Math.floor(place / (1 << 20))).distinct().count())
        .isBetween(3_500L, 4_096L);
  }

  private static Entry entry(String url, double time) {
    return new Entry(
        DEVICE,
        "1",
        url,
        "title",
        time,
        "0",
        "link",
        1,
        false,
        new PageSummary("summary", 1),
        UnknownFields.NONE);
  }
}
