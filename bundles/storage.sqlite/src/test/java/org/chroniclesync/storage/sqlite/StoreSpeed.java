// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.testkits.history.NumberedVisits;
import org.chroniclesync.testkits.storage.Samples;

/** Measures merge and search. No test: run main with the number of entries and full or normal. */
final class StoreSpeed {
  private static final int BATCH = 1_000;

  private StoreSpeed() {}

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("store-speed");
    Stores stores = new Stores(directory);
    List<Batch> batches = batches(count);
    try (SqliteHistoryStore store = stores.open(Map.of("synchronous", args[1]))) {
      long began = System.nanoTime();
      for (Batch batch : batches) {
        store.merge(batch);
      }
      rate("merge, all new", count, began);
      search(store, "search, much not indexed");
      began = System.nanoTime();
      store.awaitIndexed();
      rate("index", count, began);
      began = System.nanoTime();
      for (Batch batch : batches) {
        store.merge(batch);
      }
      rate("merge, all known", count, began);
      search(store, "search, all indexed");
      search(store, "search, all indexed, again");
      began = System.nanoTime();
      try (Cursor<Change> changes = store.changes(0)) {
        while (changes.next() != null) {}
      }
      rate("changes", count, began);
      began = System.nanoTime();
      try (Cursor<Entry> window = store.read(Window.all(Window.Order.NEWEST_FIRST))) {
        while (window.next() != null) {}
      }
      rate("window", count, began);
      began = System.nanoTime();
      store.devices();
      rate("devices", count, began);
      ranges(store);
      System.out.printf("file: %,d bytes%n", Files.size(directory.resolve("history.db")));
    }
  }

  private static void ranges(SqliteHistoryStore store) throws Exception {
    List<Bound> bounds = store.split(Range.ALL, 100);
    long began = System.nanoTime();
    for (Bound bound : bounds) {
      store.split(new Range(Bound.START, bound), 16);
    }
    rate("splits in 16", bounds.size(), began);
    began = System.nanoTime();
    for (Bound bound : bounds) {
      double off = bound.visitTimeMillis() + 7_777_777;
      store.fingerprint(new Range(bound, new Bound(off, null)));
      store.fingerprint(new Range(Bound.START, new Bound(off, null)));
    }
    rate("fingerprints", 2 * bounds.size(), began);
  }

  private static List<Batch> batches(int count) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < count; from += BATCH) {
      List<Entry> entries = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        entries.add(Samples.realistic(i));
      }
      batches.add(Batch.of(entries));
    }
    return batches;
  }

  private static void search(SqliteHistoryStore store, String what) throws Exception {
    String common = NumberedVisits.commonWord();
    String title = Samples.realistic(1).title();
    for (String text : List.of("e", common, common + " " + title, title, "東京")) {
      long began = System.nanoTime();
      List<Hit> hits = store.search(new Search(text, 50)).hits();
      System.out.printf(
          "%s: %-16s %3d hits %7.2f ms%n",
          what, text, hits.size(), (System.nanoTime() - began) / 1e6);
    }
  }

  private static void rate(String what, int count, long began) {
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("%s: %,d in %.2f s, %,.0f/s%n", what, count, seconds, count / seconds);
  }
}
