// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.storage.sqlite.SqliteHistoryStore;
import org.jspecify.annotations.Nullable;

/** How long searches take in a SQLite store of many visits, and what their index costs. */
public final class SearchTimes {
  private static final int VISITS = 1_000_000;
  private static final int BATCH = 2_000;
  private static final int QUESTIONS = 300;
  private static final int WARM_UP = 100;
  private static final int LIMIT = 20;
  private static final int COMMON = 20;
  private static final int MIDDLING_FROM = 300;
  private static final int MIDDLING_TO = 1_000;
  private static final int RARE = 1_000;
  private static final int THIRD_PAGE = 3;
  private static final double HALF = 0.5;
  private static final double P99 = 0.99;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long REST_MILLIS = 2_000;
  private static final String INDEXER = "chroniclesync-sqlite-index";

  private final SqliteHistoryStore store;
  private final Browsing browsing;
  private final PrintStream out;
  private final int questions;
  private long began;
  private long usedBefore;

  /** Makes the question of a number. */
  private interface Questions {
    String text(int number);
  }

  /** What is measured. */
  private interface Work {
    void run(int number) throws StorageException;
  }

  private SearchTimes(SqliteHistoryStore store, Browsing browsing, int questions, PrintStream out) {
    this.store = store;
    this.browsing = browsing;
    this.questions = questions;
    this.out = out;
  }

  /**
   * Measures and prints.
   *
   * @param arguments the number of visits, {@value #VISITS} if it is left out; then a file to keep
   *     the store in, which is not filled again if it is there
   * @throws Exception if the store fails
   */
  public static void main(String[] arguments) throws Exception {
    int visits = arguments.length == 0 ? VISITS : Integer.parseInt(arguments[0]);
    if (arguments.length > 1) {
      measure(Path.of(arguments[1]), visits, QUESTIONS, System.out);
      return;
    }
    try (TemporaryFolder folder = new TemporaryFolder()) {
      measure(folder.path().resolve("history.db"), visits, QUESTIONS, System.out);
    }
  }

  static void measure(Path file, int visits, int questions, PrintStream out) throws Exception {
    boolean filled = Files.exists(file);
    Browsing browsing = new Browsing(visits);
    SqliteHistoryStore store =
        Components.make(SqliteHistoryStore.class, Map.of("file", file.toString()));
    try {
      SearchTimes times = new SearchTimes(store, browsing, questions, out);
      if (filled) {
        browsing.next(visits);
        times.index(visits);
      } else {
        times.fill(visits);
      }
      times.ask();
    } finally {
      store.close();
    }
    out.printf(Locale.ROOT, "%-34s %10.1f bytes%n", "the file, a visit", sizeOf(file) / visits);
  }

  private static double sizeOf(Path file) throws Exception {
    return Files.size(file);
  }

  private void fill(int visits) throws Exception {
    long merging = 0;
    long used = 0;
    for (int from = 0; from < visits; from += BATCH) {
      Batch batch = Batch.of(browsing.next(Math.min(BATCH, visits - from)));
      begin();
      store.merge(batch);
      merging += System.nanoTime() - began;
      used += THREADS.getCurrentThreadCpuTime() - usedBefore;
    }
    out.printf(
        Locale.ROOT,
        "%-34s %,10.0f visits/s, %,.0f a second of a processor%n",
        "merge",
        visits * 1e9 / merging,
        visits * 1e9 / used);
    index(visits);
  }

  private void index(int visits) throws InterruptedException {
    begin();
    long rested = awaitRest(began);
    out.printf(Locale.ROOT, "%-34s %,10d, %,d pages%n", "visits", visits, browsing.pages());
    out.printf(
        Locale.ROOT,
        "%-34s %10.1f s, %.1f s of a processor%n",
        "index, after the last merge",
        (rested - began) / 1e9,
        ofIndexer() / 1e9);
  }

  /** Returns when the index was made: its thread uses no processor any more since. */
  private static long awaitRest(long began) throws InterruptedException {
    long used = ofIndexer();
    long since = began;
    while (System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(REST_MILLIS)) {
      TimeUnit.MILLISECONDS.sleep(10);
      long now = ofIndexer();
      if (now != used) {
        used = now;
        since = System.nanoTime();
      }
    }
    return since;
  }

  private static long ofIndexer() {
    return Processor.now().nanosByThread().getOrDefault(INDEXER, 0L);
  }

  private void ask() throws StorageException {
    List<String> words = browsing.words();
    int last = words.size() - 1;
    out.printf(
        Locale.ROOT, "%-34s %10s %10s %21s%n", "", "p50 [ms]", "p99 [ms]", "the same, processor");
    search("a common word", i -> words.get(i % Math.min(COMMON, last)) + " ");
    search("a middling word", i -> words.get(among(i, MIDDLING_FROM, MIDDLING_TO, last)) + " ");
    search("a rare word", i -> words.get(last - i * 7 % Math.min(RARE, last)) + " ");
    search("three words of a title", this::threeWords);
    search(
        "three common words", i -> common(words, i) + common(words, i + 3) + common(words, i + 8));
    for (int letters = 1; letters <= 5; letters++) {
      int length = letters;
      search("as typed, letters: " + letters, i -> prefix(words.get(i % last), length));
    }
    search("as typed: h, ht, htt, http, https", i -> prefix("https", 1 + i % 5));
    search("www, com, org", i -> List.of("www ", "com ", "org ").get(i % 3));
    search("site:", i -> "site:" + host(i));
    search("site: and a word", i -> "site:" + host(i) + " " + words.get(i % last) + " ");
    search("a phrase", this::phrase);
    search("a common word before a year", i -> words.get(i % COMMON) + " before:2021");
    search("a day", i -> "after:2024-03-" + (10 + i % 10) + " before:2024-03-" + (11 + i % 10));
    search("a common word without another", i -> common(words, i) + "-" + common(words, i + 1));
    search("a device and a common word", i -> "device:device-1 " + common(words, i));
    search("a word found nowhere", i -> words.get(i % last) + "qx ");
    pages("a common word, page 3", i -> words.get(i % COMMON) + " ");
    measure("first page of history", i -> readHistory());
    measure("all visits of a page", i -> readPage(page(i).url()));
    follow(common(words, 0));
  }

  private void readPage(String url) throws StorageException {
    try (Cursor<Entry> visits = store.select(Selection.ALL.ofPage(url))) {
      while (visits.next() != null) {
        // All of them are read.
      }
    }
  }

  /** All pages that a search finds, as a program that streams them asks for them. */
  private void follow(String text) throws StorageException {
    begin();
    Search first = new Search(text, Search.MAX_LIMIT);
    SearchResults results = store.search(first);
    long pages = results.hits().size();
    while (results.continuation() != null) {
      results = store.search(first.from(Search.MAX_LIMIT, results.continuation()));
      pages += results.hits().size();
    }
    long used = THREADS.getCurrentThreadCpuTime() - usedBefore;
    out.printf(
        Locale.ROOT,
        "%-34s %,10d pages, %.1f s, %.1f s of a processor%n",
        "a common word to the end",
        pages,
        (System.nanoTime() - began) / 1e9,
        used / 1e9);
  }

  private static int among(int number, int from, int to, int last) {
    return Math.min(from + number * 7 % (to - from), last);
  }

  private static String common(List<String> words, int number) {
    return words.get(number % Math.min(COMMON, words.size())) + " ";
  }

  private static String prefix(String word, int letters) {
    return word.substring(0, Math.min(letters, word.length()));
  }

  private Entry page(int number) {
    return browsing.page((int) ((long) number * 7_919 % browsing.pages()));
  }

  private String threeWords(int number) {
    String[] words = page(number).title().split("[^\\p{L}\\p{N}]+");
    return String.join(" ", Arrays.copyOf(words, Math.min(words.length, THIRD_PAGE))) + " ";
  }

  private String phrase(int number) {
    return "\"" + threeWords(number).strip() + "\"";
  }

  private String host(int number) {
    return URI.create(page(number).url().replaceAll("[?#].*", "")).getHost();
  }

  private void search(String what, Questions asked) throws StorageException {
    measure(what, i -> store.search(new Search(asked.text(i), LIMIT)));
  }

  private void pages(String what, Questions asked) throws StorageException {
    measure(
        what,
        i -> {
          Search first = new Search(asked.text(i), LIMIT);
          SearchResults results = store.search(first);
          Continuation next = results.continuation();
          for (int page = 2; page < THIRD_PAGE && next != null; page++) {
            next = store.search(new Search(first.text(), LIMIT, first.now(), next)).continuation();
          }
          asked(first, next);
        });
  }

  /** Only this one counts of the last question. */
  private void asked(Search first, @Nullable Continuation from) throws StorageException {
    begin();
    store.search(new Search(first.text(), LIMIT, first.now(), from));
  }

  private void readHistory() throws StorageException {
    try (Cursor<Entry> window = store.read(Window.all(Window.Order.NEWEST_FIRST))) {
      for (int row = 0; row < LIMIT; row++) {
        window.next();
      }
    }
  }

  private void measure(String what, Work work) throws StorageException {
    long[] nanos = new long[questions];
    long[] used = new long[questions];
    for (int i = -Math.min(WARM_UP, questions); i < questions; i++) {
      int number = Math.floorMod(i * 31, questions) + (i < 0 ? questions : 0);
      begin();
      work.run(number);
      if (i >= 0) {
        nanos[i] = System.nanoTime() - began;
        used[i] = THREADS.getCurrentThreadCpuTime() - usedBefore;
      }
    }
    out.printf(
        Locale.ROOT,
        "%-34s %10.2f %10.2f %10.2f %10.2f%n",
        what,
        percentile(nanos, HALF),
        percentile(nanos, P99),
        percentile(used, HALF),
        percentile(used, P99));
  }

  private void begin() {
    began = System.nanoTime();
    usedBefore = THREADS.getCurrentThreadCpuTime();
  }

  private double percentile(long[] nanos, double part) {
    Arrays.sort(nanos);
    return nanos[(int) (questions * part)] / 1e6;
  }
}
