// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
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
import org.chroniclesync.api.storage.support.Words;
import org.chroniclesync.testkits.history.NumberedVisits;
import org.chroniclesync.testkits.storage.Samples;

/** Measures merge and search. No test: run main with the number of entries and full or normal. */
final class StoreSpeed {
  private static final int BATCH = 1_000;

  private static final int QUESTIONS = 300;

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
      questions(store, count);
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

  /** The words are those of visits all over the history, each question another. */
  private static void questions(SqliteHistoryStore store, int count) throws Exception {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    for (int i = 0; i < QUESTIONS; i++) {
      Entry entry = Samples.realistic((int) (i * (long) count / QUESTIONS));
      List<String> words = Words.in(entry.title()).stream().map(Words.Word::folded).toList();
      if (words.isEmpty()) {
        continue;
      }
      String word = words.get(i % words.size());
      String host = URI.create(entry.url()).getHost();
      List<String> three = words.subList(0, Math.min(3, words.size()));
      add(kinds, "one word", word + " ");
      add(kinds, "three words", String.join(" ", three));
      add(kinds, "prefix", word.substring(0, Math.min(word.length(), 2 + i % 2)));
      add(kinds, "site:", "site:" + host);
      add(kinds, "word site:", word + " site:" + host);
    }
    for (Map.Entry<String, List<String>> kind : kinds.entrySet()) {
      List<Long> nanos = new ArrayList<>();
      for (String text : kind.getValue()) {
        long began = System.nanoTime();
        store.search(new Search(text, 20));
        nanos.add(System.nanoTime() - began);
      }
      percentiles(kind.getKey(), nanos);
    }
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      long began = System.nanoTime();
      try (Cursor<Entry> window = store.read(Window.all(Window.Order.NEWEST_FIRST))) {
        for (int row = 0; row < 20; row++) {
          window.next();
        }
      }
      nanos.add(System.nanoTime() - began);
    }
    percentiles("first page of history", nanos);
  }

  private static void add(Map<String, List<String>> kinds, String kind, String text) {
    kinds.computeIfAbsent(kind, any -> new ArrayList<>()).add(text);
  }

  private static void percentiles(String what, List<Long> nanos) {
    Collections.sort(nanos);
    System.out.printf(
        "%-22s p50 %7.2f ms  p99 %7.2f ms%n",
        what, nanos.get(nanos.size() / 2) / 1e6, nanos.get(nanos.size() * 99 / 100) / 1e6);
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
