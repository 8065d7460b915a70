// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Rank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What SQLite leaves where it moved a row from goes with the file, which is written anew. */
@Timeout(600)
class SqliteRewriteTest {
  private static final int PAGES = 4_000;
  private static final int STEP = 250;

  private final Stores stores;

  SqliteRewriteTest(@TempDir Path directory) {
    this.stores = new Stores(directory.resolve("rewritten"));
  }

  private static Entry page(int number) {
    return Stores.visit(number, "https://gone.example/p-" + number, "title");
  }

  /** Few enough that what is beside them stays where it is. */
  private static boolean isGone(int number) {
    return number % 10 == 0;
  }

  @Test
  void noByteOfADigestIsLeftOfWhatWentBetweenWhatStays() throws Exception {
    List<Integer> order = new ArrayList<>(IntStream.range(0, PAGES).boxed().toList());
    Collections.shuffle(order, new Random(1));
    try (SqliteHistoryStore store = stores.open()) {
      for (int from = 0; from < PAGES; from += STEP) {
        store.merge(
            Batch.of(
                order.subList(from, from + STEP).stream().map(SqliteRewriteTest::page).toList()));
      }
      for (int from = 0; from < PAGES; from += STEP) {
        store.merge(
            Batch.of(
                order.subList(from, from + STEP).stream()
                    .filter(number -> isGone(number))
                    .map(number -> page(number).tombstone(page(number).lastModifiedMillis() + 1))
                    .toList()));
      }
      Stores.erase(store);
      String file = Files.readString(stores.file(), ISO_8859_1);
      assertThat(order)
          .filteredOn(number -> isGone(number) && file.contains(key(number)))
          .isEmpty();
      assertThat(order)
          .filteredOn(number -> !isGone(number) && !file.contains(key(number)))
          .isEmpty();
      assertThat(store.state().tombstones()).isEqualTo(PAGES / 10);
    }
  }

  @Test
  void aLargeFileWaitsUntilATwentiethHasGone() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(IntStream.range(0, 100).mapToObj(SqliteRewriteTest::page).toList()));
      Stores.erase(store);
    }
    try (Opened opened = Opened.of(stores.file())) {
      Database database = opened.writer().database();
      assertThat(Erasing.isStale(database, Long.MAX_VALUE)).isFalse();
      delete(opened.writer(), 0, 4);
      assertThat(Erasing.isStale(database, 0)).isFalse();
      assertThat(Erasing.isStale(database, Long.MAX_VALUE)).isTrue();
      delete(opened.writer(), 4, 5);
      assertThat(Erasing.isStale(database, 0)).isTrue();
      opened.writer().rewrite();
      assertThat(Erasing.isStale(database, Long.MAX_VALUE)).isFalse();
    }
  }

  private static void delete(Writer writer, int from, int to) throws Exception {
    writer.transact(
        Writer.Worth.KEPT,
        new Merge(
            Batch.of(
                IntStream.range(from, to)
                    .mapToObj(SqliteRewriteTest::page)
                    .map(page -> page.tombstone(page.lastModifiedMillis() + 1))
                    .toList())));
  }

  private static String key(int number) {
    byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(Rank.key(page(number).url())).array();
    return new String(key, ISO_8859_1);
  }
}
