// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class EntryTest {
  private static final Device DEVICE = new Device(new DeviceId("device"), "", "", "", "");

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
  void aTombstoneForgetsWhatThePageSaid() {
    Entry tombstone = entry("https://example.org/", 1).tombstone(7);

    assertThat(tombstone.deleted()).isTrue();
    assertThat(tombstone.title()).isEmpty();
    assertThat(tombstone.page()).isNull();
    assertThat(tombstone.lastModifiedMillis()).isEqualTo(7);
    assertThat(tombstone.id()).isEqualTo(new EntryId(new DeviceId("device"), "1"));
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
