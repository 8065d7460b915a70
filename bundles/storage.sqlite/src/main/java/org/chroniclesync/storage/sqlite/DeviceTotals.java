// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.jspecify.annotations.Nullable;

/**
 * How many visits each device recorded, and as what it recorded the newest. To count them looks at
 * the whole history, so they are counted once and then kept in step with the merges, also with
 * those that come while they are counted. Where a device's newest visit goes, they are counted
 * anew. Safe for any thread.
 */
final class DeviceTotals {
  /** So many merges in the time of one count, and it is not kept. */
  static final int MOST_MISSED = 10_000;

  private long head;
  private @Nullable Map<DeviceId, Total> known;

  /** The merges since a count began, or null if none is under way. */
  private @Nullable List<Commit> missed;

  /** Where the feed ended when they began to be noted. */
  private long missedAfter;

  /** What is counted of a device. */
  record Total(Device device, double newestMillis, long visits) {}

  /**
   * What was counted.
   *
   * @param head where the feed ended in what was looked at
   */
  record Counted(long head, List<Total> totals) {}

  private record Commit(long head, Map<DeviceId, Moved> moved) {}

  /** What a transaction did to the visits of a device. */
  private static final class Moved {
    private long visits;
    private @Nullable Device device;
    private double newestMillis = -Double.MAX_VALUE;
    private double lostMillis = -Double.MAX_VALUE;

    void comes(Entry entry) {
      visits++;
      if (device == null || entry.visitTimeMillis() >= newestMillis) {
        device = entry.device();
        newestMillis = entry.visitTimeMillis();
      }
    }

    void goes(Entry entry) {
      visits--;
      lostMillis = Math.max(lostMillis, entry.visitTimeMillis());
    }
  }

  /** What a transaction under way has done so far. For the writer. */
  static final class Pending {
    private Map<DeviceId, Moved> moved = new HashMap<>();

    /** One version takes the place of another, or of none. */
    void replace(@Nullable Entry held, Entry entry) {
      Moved of = moved.computeIfAbsent(entry.device().id(), any -> new Moved());
      if (held != null && !held.deleted()) {
        of.goes(held);
      }
      if (!entry.deleted()) {
        of.comes(entry);
      }
    }

    void forget() {
      moved = new HashMap<>();
    }

    private Map<DeviceId, Moved> take() {
      Map<DeviceId, Moved> taken = moved;
      moved = new HashMap<>();
      return taken;
    }
  }

  /**
   * Begins with nothing counted.
   *
   * @param head where the feed ends
   */
  DeviceTotals(long head) {
    this.head = head;
  }

  /** A transaction is committed. */
  void commit(long committed, Pending pending) {
    Map<DeviceId, Moved> moved = pending.take();
    if (moved.isEmpty()) {
      return;
    }
    synchronized (this) {
      // What was counted may hold it already.
      if (known != null && committed > head && !move(known, moved)) {
        known = null;
      }
      if (missed != null) {
        missed.add(new Commit(committed, moved));
        missed = missed.size() > MOST_MISSED ? null : missed;
      }
      head = Math.max(head, committed);
    }
  }

  /** Returns false if the newest visit of a device went, and nobody knows what is newest now. */
  private static boolean move(Map<DeviceId, Total> totals, Map<DeviceId, Moved> moved) {
    for (Map.Entry<DeviceId, Moved> each : moved.entrySet()) {
      Moved more = each.getValue();
      Total before = totals.get(each.getKey());
      double newest = before == null ? -Double.MAX_VALUE : before.newestMillis();
      long visits = more.visits + (before == null ? 0 : before.visits());
      if (visits == 0) {
        totals.remove(each.getKey());
      } else if (more.device != null && more.newestMillis >= Math.max(newest, more.lostMillis)) {
        totals.put(each.getKey(), new Total(more.device, more.newestMillis, visits));
      } else if (before == null || more.lostMillis >= newest) {
        return false;
      } else {
        totals.put(each.getKey(), new Total(before.device(), newest, visits));
      }
    }
    return true;
  }

  /** Returns them, or null if they must be counted. */
  synchronized @Nullable List<DeviceSummary> known() {
    return known == null ? null : summaries(known);
  }

  /** Notes from now on what is missed by a count that is about to begin. */
  synchronized void begin() {
    if (missed == null) {
      missed = new ArrayList<>();
      missedAfter = head;
    }
  }

  /** Keeps what was counted since {@link #begin}. Returns it. */
  synchronized List<DeviceSummary> keep(Counted counted) {
    Map<DeviceId, Total> totals = new LinkedHashMap<>();
    counted.totals().forEach(one -> totals.put(one.device().id(), one));
    List<DeviceSummary> summaries = summaries(totals);
    if (known == null && missed != null && counted.head() >= missedAfter) {
      boolean all =
          missed.stream()
              .filter(commit -> commit.head() > counted.head())
              .allMatch(commit -> move(totals, commit.moved()));
      known = all ? totals : null;
      head = Math.max(head, counted.head());
      missed = null;
    }
    return summaries;
  }

  private static List<DeviceSummary> summaries(Map<DeviceId, Total> totals) {
    return totals.values().stream()
        .map(one -> new DeviceSummary(one.device(), one.visits()))
        .toList();
  }
}
