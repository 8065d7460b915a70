// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are kept in step with the merges, against those that are counted in the file. */
class DeviceTotalsTest {
  private static final int STEPS = 200;
  private static final int BATCH = 5;
  private static final int DEVICES = 3;
  private static final int VISITS = 12;

  private final Stores stores;
  private final Random random = new Random();
  private final DeviceTotals totals = new DeviceTotals(0);
  private final DeviceTotals.Pending pending = new DeviceTotals.Pending();

  DeviceTotalsTest(@TempDir Path directory) {
    stores = new Stores(directory);
  }

  private static List<DeviceSummary> counted(Database file) throws Exception {
    DeviceTotals.Counted counted = Scans.devices(file);
    return new DeviceTotals(0).keep(counted);
  }

  /** A visit has another time in each version, and its device another name. */
  private Entry version(int step, int number) {
    String device = "device" + random.nextInt(DEVICES);
    Entry visit = Samples.entry(device, "v" + random.nextInt(VISITS), "title");
    Device renamed = new Device(visit.device().id(), "Platform " + step, "", "", "");
    Entry version =
        new Entry(
            renamed,
            visit.visitId(),
            visit.url(),
            visit.title(),
            // Not always the newest.
            random.nextInt(10_000) + number / 1_000.0,
            visit.referringVisitId(),
            visit.transition(),
            Samples.TIME_MILLIS + step * 100L + number,
            false,
            null,
            visit.unknown());
    return random.nextInt(4) == 0
        ? version.tombstone(Samples.TIME_MILLIS + step * 100L + number)
        : version;
  }

  @Test
  void afterEachMergeTheyAreAsThoseOfTheFile() throws Exception {
    long seed = System.nanoTime();
    random.setSeed(seed);
    try (SqliteHistoryStore store = stores.open();
        Database file = Database.open(stores.file(), Database.Mode.READ)) {
      int kept = 0;
      for (int step = 1; step <= STEPS; step++) {
        List<Entry> versions = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          versions.add(version(step, i));
        }
        store.merge(Batch.of(versions));
        kept += store.hasDevicesCounted() ? 1 : 0;
        assertThat(store.devices())
            .as("seed %d, step %d", seed, step)
            .containsExactlyInAnyOrderElementsOf(counted(file));
      }
      assertThat(kept).isPositive();
    }
  }

  private void commit(long head, Entry... came) {
    for (Entry entry : came) {
      pending.replace(null, entry);
    }
    totals.commit(head, pending);
  }

  private static DeviceTotals.Counted counted(long head, Entry newest, long visits) {
    return new DeviceTotals.Counted(
        head, List.of(new DeviceTotals.Total(newest.device(), newest.visitTimeMillis(), visits)));
  }

  private List<Long> visits() {
    List<DeviceSummary> known = totals.known();
    return known == null ? List.of() : known.stream().map(DeviceSummary::entries).toList();
  }

  @Test
  void whatComesWhileTheyAreCountedIsAdded() {
    Entry first = Samples.at("a", "1", 10);
    commit(1, first);
    totals.begin();
    commit(2, Samples.at("a", "2", 20));
    commit(3, Samples.at("a", "3", 5));
    assertThat(totals.keep(counted(2, Samples.at("a", "2", 20), 2)))
        .extracting(DeviceSummary::entries)
        .containsExactly(2L);
    assertThat(visits()).containsExactly(3L);
    commit(4, Samples.at("a", "4", 30));
    assertThat(visits()).containsExactly(4L);
  }

  @Test
  void aTransactionThatTheCountSawIsNotAddedAgain() {
    totals.begin();
    totals.keep(counted(1, Samples.at("a", "1", 10), 1));
    commit(1, Samples.at("a", "1", 10));
    assertThat(visits()).containsExactly(1L);
  }

  @Test
  void whereTheNewestVisitGoesTheyAreCountedAnew() {
    Entry newest = Samples.at("a", "1", 10);
    totals.begin();
    totals.keep(counted(1, newest, 2));
    pending.replace(newest, newest.tombstone(Long.MAX_VALUE / 2));
    totals.commit(2, pending);
    assertThat(totals.known()).isNull();
  }

  @Test
  void whatWasRolledBackDoesNotCount() {
    totals.begin();
    totals.keep(counted(1, Samples.at("a", "1", 10), 1));
    pending.replace(null, Samples.at("a", "2", 20));
    pending.forget();
    commit(2, Samples.at("a", "3", 30));
    assertThat(visits()).containsExactly(2L);
  }

  @Test
  void aCountThatBeganBeforeAnythingWasNotedIsNotKept() {
    commit(5, Samples.at("a", "1", 10));
    totals.begin();
    totals.keep(counted(4, Samples.at("a", "0", 1), 1));
    assertThat(totals.known()).isNull();
  }
}
