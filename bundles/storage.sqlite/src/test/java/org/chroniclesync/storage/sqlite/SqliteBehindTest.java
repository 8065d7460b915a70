// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While more waits to be indexed than a search reads: what is found, and what is said. */
class SqliteBehindTest {
  private static final int VISITS = Tail.MOST + 2_000;
  private static final int BATCH = 1_000;

  private final Stores stores;

  SqliteBehindTest(@TempDir Path directory) {
    stores = new Stores(directory);
  }

  @Test
  void anUpgradedFileIsIndexedFromItsNewestVisitWhileItIsSearched() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      fill(store);
    }
    SecondVersion.of(stores.file());
    try (SqliteHistoryStore store = stores.open()) {
      store.pauseIndex(true);
      store.merge(Batch.of(List.of(Samples.entry("a", "now", "recorded now"))));
      assertThat(titles(store, "recorded")).containsExactly("recorded now");
      assertThat(titles(store, "newest")).containsExactly("newest");
      store.pauseIndex(false);
      store.awaitIndexed();
      assertThat(titles(store, "oldest")).containsExactly("oldest");
      assertThat(titles(store, SecondVersion.OLD_WORD)).isEmpty();
      assertThat(store.parts()).isEmpty();
    }
  }

  @Test
  void saysHowManyVisitsAreNotFoundYet() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.pauseIndex(true);
      fill(store);
      assertThat(titles(store, "newest")).containsExactly("newest");
      assertThat(store.parts())
          .singleElement()
          .satisfies(
              part -> {
                assertThat(part.kind()).isEqualTo("search");
                assertThat(part.state()).isInstanceOf(Part.Degraded.class);
                assertThat(((Part.Degraded) part.state()).cause()).contains("7,000");
              });
      store.pauseIndex(false);
      store.awaitIndexed();
      assertThat(store.parts()).isEmpty();
      assertThat(titles(store, "oldest")).containsExactly("oldest");
    }
  }

  @Test
  void whatIsDeletedWithoutAPauseDoesNotWaitForTheIndex() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      fill(store);
      store.awaitIndexed();
      store.pauseIndex(true);
      store.merge(Batch.of(List.of(Samples.entry("a", "now", "recorded now"))));
      for (int i = 1; i < VISITS; i += BATCH) {
        List<Entry> gone = new ArrayList<>();
        for (int j = i; j < Math.min(i + BATCH, VISITS); j++) {
          gone.add(Entry.tombstone(new EntryId(new DeviceId("a"), "v" + j), Long.MAX_VALUE / 2));
        }
        assertThat(store.merge(Batch.of(gone)).changed()).hasSameSizeAs(gone);
      }
      assertThat(store.parts()).isEmpty();
      assertThat(titles(store, "recorded")).containsExactly("recorded now");
      assertThat(titles(store, "oldest")).containsExactly("oldest");
      assertThat(titles(store, "newest")).isEmpty();
    }
  }

  @Test
  void aListedPageWhoseNewVisitsDoNotAnswerIsFoundAndOneWhoseDoIsCountedWhole() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(
          Batch.of(
              List.of(
                  Stores.visit(1, "https://a.example/", "harbour"),
                  Stores.visit(2, "https://b.example/", "harbour"))));
      store.awaitIndexed();
      store.pauseIndex(true);
      store.merge(
          Batch.of(
              List.of(
                  Stores.visit(3, "https://a.example/", "elsewhere"),
                  Stores.visit(4, "https://b.example/", "harbour"),
                  Stores.visit(5, "https://c.example/", "elsewhere"))));
      List<Hit> hits = store.search(new Search("harbour", 10)).hits();
      assertThat(hits)
          .extracting(Hit::url)
          .containsExactly("https://b.example/", "https://a.example/");
      assertThat(hits).extracting(Hit::visits).containsExactly(2L, 2L);
      store.pauseIndex(false);
      store.awaitIndexed();
      assertThat(store.search(new Search("harbour", 10)).hits())
          .extracting(Hit::url, Hit::visits, Hit::title)
          .containsExactlyElementsOf(
              hits.stream().map(hit -> tuple(hit.url(), hit.visits(), hit.title())).toList());
    }
  }

  private static void fill(SqliteHistoryStore store) throws Exception {
    List<Entry> batch = new ArrayList<>();
    for (int i = 0; i < VISITS; i++) {
      String title = i == 0 ? "oldest" : i == VISITS - 1 ? "newest" : "title";
      batch.add(Samples.entry("a", "v" + i, title));
      if (batch.size() == BATCH) {
        store.merge(Batch.of(batch));
        batch.clear();
      }
    }
  }

  private static List<String> titles(SqliteHistoryStore store, String text) throws Exception {
    return store.search(new Search(text, 10)).hits().stream().map(Hit::title).toList();
  }
}
