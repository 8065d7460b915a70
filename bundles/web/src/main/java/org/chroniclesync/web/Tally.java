// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;

/**
 * The shown visits of a month, counted by device and quarter of an hour, and by host. Every zone's
 * hours begin with a quarter of an hour.
 *
 * @param month in UTC
 * @param quarters by device, from the month's beginning on
 * @param devices as in their newest visit of the month
 * @param hosts the visits of each, at most {@link #MAX_HOSTS}
 */
record Tally(
    YearMonth month,
    Map<String, int[]> quarters,
    Map<String, Device> devices,
    Map<HostOf, Integer> hosts) {
  static final int MAX_HOSTS = 5_000;
  static final long QUARTER_MILLIS = 900_000;
  static final long HOUR_SECONDS = 3_600;
  static final long DAY_SECONDS = 86_400;

  private static final int MAX_DEVICES = 64;
  private static final int QUARTERS_A_DAY = 96;

  /** A host that a device visited. */
  record HostOf(String host, String device) {}

  long visits() {
    return quarters.values().stream().flatMapToInt(Arrays::stream).sum();
  }

  static double beginMillis(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  static YearMonth monthOf(Instant moment) {
    return YearMonth.from(moment.atZone(ZoneOffset.UTC));
  }

  static Tally read(HistoryStore store, YearMonth month) throws StorageException {
    double begin = beginMillis(month);
    Tally tally = new Tally(month, new HashMap<>(), new HashMap<>(), new HashMap<>());
    Window window = new Window(begin, beginMillis(month.plusMonths(1)), Window.Order.NEWEST_FIRST);
    try (Cursor<Entry> cursor = store.read(window)) {
      for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
        if (Visibility.isShown(entry)) {
          tally.add(entry, begin);
        }
      }
    }
    return tally;
  }

  private void add(Entry entry, double begin) {
    String device = entry.device().id().value();
    if (!quarters.containsKey(device) && quarters.size() >= MAX_DEVICES) {
      return;
    }
    devices.putIfAbsent(device, entry.device());
    int[] counts =
        quarters.computeIfAbsent(device, any -> new int[month.lengthOfMonth() * QUARTERS_A_DAY]);
    int at = (int) ((entry.visitTimeMillis() - begin) / QUARTER_MILLIS);
    counts[Math.min(Math.max(at, 0), counts.length - 1)]++;
    HostOf host = new HostOf(Shapes.host(entry.url()), device);
    if (hosts.size() < MAX_HOSTS || hosts.containsKey(host)) {
      hosts.merge(host, 1, Integer::sum);
    }
  }
}
