// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.support.text.Digests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Very much is taken out of the index at once, and the process ends in the midst of it. */
@Timeout(600)
class SqlitePurgingTest {
  private static final int PAGES = 3_000;
  private static final int KEPT = 400;
  private static final int MOST_STEPS = 1_000;
  private static final int TEXTS = 500;

  private final Path directory;
  private final Stores stores;

  SqlitePurgingTest(@TempDir Path directory) {
    this.directory = directory;
    this.stores = new Stores(directory.resolve("purged"));
  }

  @Test
  void nothingOfWhatGoesIsLeftWheneverTheProcessIsKilled() throws Exception {
    deleteAllBut(KEPT);
    int step = 0;
    boolean marked = false;
    boolean all = false;
    try (Opened opened = Opened.of(stores.file())) {
      Purging purging = new Purging();
      for (; !all && step < MOST_STEPS; step++) {
        all =
            opened
                .writer()
                .transact(
                    Writer.Worth.REPEATABLE,
                    writer -> Index.makeSome(writer, purging, TEXTS, false).all());
        marked |= purging.isUnderWay(opened.writer().database());
        checkWhatAKillWouldLeave(step);
      }
    }
    assertThat(all).isTrue();
    assertThat(marked).as("the index was written anew").isTrue();
    checkEnd(stores);
  }

  @Test
  void aMergeWaitsForFewRowsOnly() throws Exception {
    deleteAllBut(PAGES - 200);
    try (Opened opened = Opened.of(stores.file())) {
      String waiting = "SELECT count(*) FROM gone";
      assertThat(opened.writer().database().number(waiting)).isEqualTo(200);
      Purging purging = new Purging();
      opened
          .writer()
          .transact(
              Writer.Worth.REPEATABLE, writer -> Index.makeSome(writer, purging, TEXTS, false));
      assertThat(opened.writer().database().number(waiting)).isEqualTo(150);
      assertThat(purging.isUnderWay(opened.writer().database())).isFalse();
    }
  }

  @Test
  void whatGoesAndComesWhileTheIndexIsWrittenAnewWaits() throws Exception {
    deleteAllBut(KEPT);
    try (Opened opened = Opened.of(stores.file())) {
      Purging purging = new Purging();
      Writer writer = opened.writer();
      while (purging.takesOut()) {
        writer.transact(
            Writer.Worth.REPEATABLE, w -> Index.makeSome(w, purging, TEXTS, false).all());
      }
      writer.transact(
          Writer.Worth.KEPT,
          new Merge(Batch.of(List.of(page(0).tombstone(page(0).lastModifiedMillis() + 1)))));
      writer.transact(Writer.Worth.REPEATABLE, w -> Index.makeSome(w, purging, TEXTS, false).all());
      assertThat(writer.database().number("SELECT count(*) FROM gone")).isEqualTo(1);
    }
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(List.of(page(PAGES))));
      Stores.erase(store);
      assertThat(found(store, word(0))).isZero();
      assertThat(found(store, word(1))).isEqualTo(1);
      assertThat(found(store, word(PAGES))).isEqualTo(1);
    }
    assertThat(Files.readString(stores.file(), ISO_8859_1)).doesNotContain(tail(0));
  }

  /** The file and the log as they are now, opened by another process. */
  private void checkWhatAKillWouldLeave(int step) throws Exception {
    Stores killed = new Stores(Files.createDirectories(directory.resolve("killed-" + step)));
    for (String suffix : List.of("", "-wal")) {
      Path from = stores.file().resolveSibling(stores.file().getFileName() + suffix);
      Files.copy(from, killed.file().resolveSibling(from.getFileName()));
    }
    checkEnd(killed);
  }

  private static void checkEnd(Stores stores) throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      Stores.erase(store);
      assertThat(found(store, word(0))).isEqualTo(1);
      assertThat(found(store, word(KEPT))).isZero();
      assertThat(found(store, "common")).isEqualTo(KEPT);
    }
    String bytes = Files.readString(stores.file(), ISO_8859_1);
    List<Integer> there =
        IntStream.range(0, PAGES).filter(i -> bytes.contains(tail(i))).boxed().toList();
    assertThat(there).isEqualTo(IntStream.range(0, KEPT).boxed().toList());
    try (Database database = Database.open(stores.file(), Database.Mode.READ)) {
      String words = "SELECT count(*) FROM word WHERE word = '%s'";
      assertThat(database.number(words.formatted(word(0)))).isEqualTo(1);
      assertThat(database.number(words.formatted(word(KEPT)))).isZero();
      assertThat(database.number(words.formatted("common"))).isEqualTo(1);
      assertThat(new Purging().isUnderWay(database)).isFalse();
      assertThat(database.number("SELECT count(*) FROM gone")).isZero();
    }
  }

  /** Leaves the rows that are gone in the index. */
  private void deleteAllBut(int kept) throws Exception {
    List<Entry> pages = new ArrayList<>();
    for (int i = 0; i < PAGES; i++) {
      pages.add(page(i));
    }
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(pages));
      store.awaitIndexed();
      store.pauseIndex(true);
      store.merge(
          Batch.of(
              pages.subList(kept, PAGES).stream()
                  .map(page -> page.tombstone(page.lastModifiedMillis() + 1))
                  .toList()));
    }
    assertThat(Files.readString(stores.file(), ISO_8859_1)).contains(tail(0), tail(PAGES - 1));
  }

  private static Entry page(int number) {
    return Stores.visit(number, "https://common.example/" + number, word(number) + " common");
  }

  private static String word(int number) {
    return Digests.sha256Hex("word " + number).substring(0, 20);
  }

  /** The beginning of a word stands in the index but once for neighbours that share it. */
  private static String tail(int number) {
    return word(number).substring(6);
  }

  private static int found(SqliteHistoryStore store, String text) throws Exception {
    return store.search(new Search(text, Search.MAX_LIMIT)).hits().size();
  }
}
