// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Change;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final Device LAPTOP = new Device(new DeviceId("laptop"), "Linux", "", "", "");

  private final Arrivals arrivals = new Arrivals();

  @Test
  void theNewestAreKeptEachOnce() {
    for (int i = 0; i < 100; i++) {
      tell(visit("v" + i, "Title " + i));
    }
    tell(visit("v90", "Another title"));
    assertThat(arrivals.lines())
        .hasSize(Arrivals.MAX_VISITS)
        .startsWith("Title 80  https://example.org/")
        .endsWith("Another title  https://example.org/")
        .doesNotContain("Title 90  https://example.org/");
  }

  @Test
  void whatIsDeletedGoes() {
    tell(visit("v1", "Title"));
    tell(visit("v1", "Title").tombstone(2));
    assertThat(arrivals.lines()).isEmpty();
  }

  @Test
  void whatWasMissedIsSaidAndNoTerminalObeysATitle() {
    arrivals.changed(List.of(new Change(1, visit("v1", "\u001b[2J"), null)), true);
    assertThat(arrivals.lines())
        .containsExactly(
            "?[2J  https://example.org/", "Some visits came too quickly to be shown here.");
  }

  private void tell(Entry entry) {
    arrivals.changed(List.of(new Change(1, entry, null)), false);
  }

  private static Entry visit(String id, String title) {
    return new Entry(
        LAPTOP,
        id,
        "https://example.org/",
        title,
        1_700_000_000_000.0,
        "0",
        "link",
        1,
        false,
        null,
        UnknownFields.NONE);
  }
}
