// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Visits that go on coming, and a note of each that was acknowledged. */
final class Load {
  private static final int BATCH = 5;
  private static final int PACE_MILLIS = 2;

  /** A bound, so that a test that hangs does not fill the disk. */
  private static final int MOST = 500_000;

  private final BundleContext context;
  private final Set<String> acknowledged = new TreeSet<>();
  private final Thread thread = new Thread(this::run, "load");
  private volatile boolean stopped;
  private volatile long merged;
  private long seen;
  private long longestNanos;

  Load(BundleContext context) {
    this.context = context;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    Device device = new Device(new DeviceId("swapped"), "test", "test", "test", "1");
    int count = 0;
    while (!stopped && count < MOST) {
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        entries.add(entry(device, "swapped-" + count++));
      }
      store(entries);
    }
  }

  /** Until it is stored: a merge that failed was not acknowledged, and is made again. */
  private void store(List<Entry> entries) {
    long began = System.nanoTime();
    while (!stopped) {
      if (tried(entries)) {
        note(entries, System.nanoTime() - began);
        return;
      }
    }
  }

  private boolean tried(List<Entry> entries) {
    try {
      TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
      return with(context, history -> history.merge(Batch.of(entries)) != null);
    } catch (StorageException | InterruptedException | IllegalStateException e) {
      return false;
    }
  }

  private synchronized void note(List<Entry> entries, long nanos) {
    entries.forEach(entry -> acknowledged.add(entry.device().id().value() + "/" + entry.visitId()));
    longestNanos = Math.max(longestNanos, nanos);
    merged++;
  }

  /** Returns true if something was merged since it was asked the last time. */
  synchronized boolean goesOn() {
    boolean more = merged > seen;
    seen = merged;
    return more;
  }

  /** Returns how long the slowest merge took since it was asked the last time. */
  synchronized long longestMillis() {
    long millis = TimeUnit.NANOSECONDS.toMillis(longestNanos);
    longestNanos = 0;
    return millis;
  }

  /** Returns what was acknowledged. */
  Set<String> stop() throws InterruptedException {
    stopped = true;
    thread.join();
    synchronized (this) {
      return new TreeSet<>(acknowledged);
    }
  }

  /** Returns the names of all visits that the node holds. */
  static Set<String> keys(BundleContext context) throws StorageException, InterruptedException {
    Set<String> keys = new TreeSet<>();
    with(
        context,
        history ->
            history.borrow(
                store -> {
                  try (Cursor<Change> changes = store.changes(0)) {
                    for (Change change = changes.next(); change != null; change = changes.next()) {
                      Entry entry = change.entry();
                      keys.add(entry.device().id().value() + "/" + entry.visitId());
                    }
                  }
                  return true;
                }));
    return keys;
  }

  private interface Use {
    boolean of(History history) throws StorageException, InterruptedException;
  }

  private static boolean with(BundleContext context, Use use)
      throws StorageException, InterruptedException {
    ServiceReference<History> reference = context.getServiceReference(History.class);
    History history = reference == null ? null : context.getService(reference);
    if (history == null) {
      return false;
    }
    try {
      return use.of(history);
    } finally {
      context.ungetService(reference);
    }
  }

  private static Entry entry(Device device, String name) {
    long now = System.currentTimeMillis();
    return new Entry(
        device,
        name,
        "https://swapped.example/" + name,
        "Visit under load",
        now - 60_000.25,
        "0",
        "link",
        now - 60_000,
        false,
        null,
        UnknownFields.NONE);
  }
}
