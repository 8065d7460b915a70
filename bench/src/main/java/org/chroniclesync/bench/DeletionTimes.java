// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.storage.sqlite.SqliteHistoryStore;

/**
 * Two nodes, each a process, with a long history: how long it takes to delete a part of it, what
 * that costs on the wire, and how searches fare meanwhile.
 */
public final class DeletionTimes {
  private static final int VISITS = 1_000_000;
  private static final int DELETED = 100_000;
  private static final int BATCH = 2_000;
  private static final int QUESTIONS = 200;
  private static final int COMMON = 20;
  private static final int MIDDLING = 500;
  private static final int KINDS = 4;
  private static final int ALONE_SECONDS = 10;
  private static final double MEGA = 1e6;

  private final Path folder;
  private final Path words;

  private DeletionTimes(Path folder) {
    this.folder = folder;
    this.words = folder.resolve("questions");
  }

  /**
   * Measures and prints.
   *
   * @param arguments the number of visits and how many of them are deleted, or nothing
   */
  public static void main(String[] arguments) throws Exception {
    int visits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : VISITS;
    int deleted = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DELETED;
    try (TemporaryFolder folder = new TemporaryFolder()) {
      new DeletionTimes(folder.path()).measure(visits, deleted);
    }
    Runtime.getRuntime().halt(0);
  }

  private void measure(int visits, int deleted) throws Exception {
    Path a = Files.createDirectories(folder.resolve("a"));
    Path b = Files.createDirectories(folder.resolve("b"));
    fill(a.resolve("history.db"), visits);
    Files.copy(a.resolve("history.db"), b.resolve("history.db"));
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        Child left = new Child(Whole.NODE, a, service.url());
        Child right = new Child(Whole.NODE, b, service.url())) {
      left.number("in-sync");
      left.order("settle");
      right.order("settle");
      long size = Files.size(a.resolve("history.db"));
      print("searches alone", left.order("questions " + words + " " + ALONE_SECONDS));
      long memory = left.number("rss");
      long bytes = bytesIn(right);
      String[] took = left.order("delete " + deleted).split(" ");
      deletion("deleted, " + deleted + " of " + visits, took);
      print("searches meanwhile", String.join(" ", Arrays.copyOfRange(took, 4, took.length)));
      System.out.printf(
          "%-26s %12d ms later%n", "at the other", right.number("tombstones " + took[0]));
      System.out.printf(
          Locale.ROOT,
          "%-26s %12.1f%n",
          "bytes on the wire, each",
          (bytesIn(right) - bytes) / Double.parseDouble(took[0]));
      System.out.printf(
          Locale.ROOT,
          "%-26s %12.1f MB, before it %.1f%n",
          "greatest resident memory",
          left.number("rss") / 1e3,
          memory / 1e3);
      long rest = visits - Long.parseLong(took[0]);
      if (rest > 0) {
        deletion("one page", left.order("delete-page " + rest / 2).split(" "));
      }
      if (rest > 1) {
        deletion("one visit", left.order("delete-visit " + rest / 3).split(" "));
      }
      left.number("erased");
      left.order("settle");
      System.out.printf(
          Locale.ROOT,
          "%-26s %12.1f MB, before it %.1f%n",
          "the file, when it is final",
          Files.size(a.resolve("history.db")) / MEGA,
          size / MEGA);
    }
  }

  private static long bytesIn(Child child) throws IOException {
    return Long.parseLong(child.order("traffic").split(" ")[0]);
  }

  private static void deletion(String what, String[] took) {
    double millis = Double.parseDouble(took[2]);
    System.out.printf(
        Locale.ROOT,
        "%-26s %12s visits, preview %s ms, deletion %s ms (%.0f a second), %s ms of a processor%n",
        what,
        took[0],
        took[1],
        took[2],
        Long.parseLong(took[0]) * 1e3 / millis,
        took[3]);
  }

  private static void print(String what, String answered) {
    String[] took = answered.split(" ");
    System.out.printf(
        "%-26s %12s answers, p50 %s ms, p99 %s ms; processor p50 %s ms, p99 %s ms%n",
        what, took[0], took[1], took[2], took[3], took[4]);
  }

  /** Names a visit as the importer does, since a deletion sends that name. */
  private static Entry named(Entry entry) {
    long micros = (long) (entry.visitTimeMillis() * 1_000);
    String number = entry.visitId().replaceAll("\\D", "");
    return new Entry(
        entry.device(),
        "1a2b3c4d-" + number + "-" + Long.toString(micros, Character.MAX_RADIX),
        entry.url(),
        entry.title(),
        entry.visitTimeMillis(),
        entry.referringVisitId(),
        entry.transition(),
        entry.lastModifiedMillis(),
        false,
        entry.page(),
        entry.unknown());
  }

  /** Fills a file and writes the questions down. */
  private void fill(Path file, int visits) throws Exception {
    Browsing browsing = new Browsing(visits);
    try (SqliteHistoryStore store =
        Components.make(SqliteHistoryStore.class, Map.of("file", file.toString()))) {
      for (int from = 0; from < visits; from += BATCH) {
        List<Entry> some = browsing.next(Math.min(BATCH, visits - from));
        store.merge(Batch.of(some.stream().map(DeletionTimes::named).toList()));
      }
      boolean indexes = true;
      while (indexes) {
        indexes = store.erase();
      }
    }
    List<String> common = browsing.words();
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      String word = common.get(i % Math.min(COMMON, common.size()));
      String middling = common.get(Math.min(MIDDLING + i, common.size() - 1));
      questions.add(
          switch (i % KINDS) {
            case 0 -> word + " ";
            case 1 -> middling + " ";
            case 2 -> word + " " + middling + " ";
            default -> middling.substring(0, Math.min(3, middling.length()));
          });
    }
    Files.write(words, questions);
  }
}
