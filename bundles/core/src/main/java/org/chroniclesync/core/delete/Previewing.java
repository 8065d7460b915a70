// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.support.DistinctTexts;
import org.chroniclesync.api.storage.support.Selector;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.core.store.Stores;

/** Counts what belongs to a selection. For one thread. */
final class Previewing {
  private static final int STEP = 5_000;

  private final DistinctTexts pages = new DistinctTexts();
  private final DistinctTexts hosts = new DistinctTexts();
  private final Map<DeviceId, DeviceSummary> devices = new HashMap<>();
  private long visits;

  private Previewing() {}

  static Preview of(Chosen.Order order, Stores stores)
      throws StorageException, InterruptedException {
    Chosen chosen = stores.borrow(order::in);
    Previewing counts = new Previewing();
    double from = chosen.window().fromMillis();
    boolean done = false;
    while (!done) {
      double at = from;
      Sweep step = stores.borrow(store -> Sweep.counting(store, chosen, at, STEP));
      step.found().forEach(counts::count);
      from = step.next();
      done = step.done();
    }
    return counts.preview();
  }

  /** They come oldest first, so the last says what a device is called now. */
  private void count(Entry entry) {
    visits++;
    pages.add(entry.url());
    hosts.add(Selector.host(entry.url()));
    DeviceSummary before = devices.get(entry.device().id());
    devices.put(
        entry.device().id(),
        new DeviceSummary(entry.device(), before == null ? 1 : before.entries() + 1));
  }

  private Preview preview() {
    List<DeviceSummary> most =
        devices.values().stream()
            .sorted(Comparator.comparingLong(DeviceSummary::entries).reversed())
            .toList();
    return new Preview(visits, pages.size(), hosts.size(), most);
  }
}
