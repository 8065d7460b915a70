// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.testkits.storage.Reads;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The visits of a page and the pages of a site, from the lists and from what these lack. */
class SqlitePagesTest {
  private static final String PAGE = "https://docs.example.org:8080/page";

  private final Stores stores;

  SqlitePagesTest(@TempDir Path directory) {
    stores = new Stores(directory);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void allVisitsOfAPageAreReadInOrder(boolean listed) throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      List<Entry> visits = new ArrayList<>();
      Random random = new Random(5);
      for (int i = 0; i < 3 * Scans.MAX_ROWS; i++) {
        // More of one moment than are read at once.
        double time = i % 2 == 0 ? 1_000 : random.nextInt(2_000);
        String title = "(" + i % 20 + ") page";
        visits.add(visit("d" + i % 3, "" + i, PAGE, title, time, i % 5 == 0));
        visits.add(visit("d" + i % 3, "other-" + i, "https://other.example/" + i, "", time, false));
      }
      store.merge(Batch.of(visits.subList(0, visits.size() / 2)));
      store.awaitIndexed();
      store.pauseIndex(!listed);
      store.merge(Batch.of(visits.subList(visits.size() / 2, visits.size())));
      // One that no list shows, and one that some do.
      for (Entry gone : List.of(visits.get(10), visits.get(12))) {
        assertThat(found(store, FourthVersion.FORMER_WORD)).isEmpty();
        store.merge(Batch.of(List.of(gone.tombstone(gone.lastModifiedMillis() + 1))));
      }
      if (listed) {
        store.awaitIndexed();
      }
      List<Entry> all = Reads.all(store.read(Window.all(Window.Order.OLDEST_FIRST)));
      assertThat(Reads.all(store.select(Selection.ALL.ofPage(PAGE))))
          .containsExactlyElementsOf(
              all.stream().filter(entry -> entry.url().equals(PAGE)).toList());
      assertThat(Reads.all(store.select(Selection.ALL.ofPage(PAGE).between(500, 1_001))))
          .containsExactlyElementsOf(
              all.stream()
                  .filter(entry -> entry.url().equals(PAGE))
                  .filter(e -> e.visitTimeMillis() >= 500 && e.visitTimeMillis() < 1_001)
                  .toList());
      assertThat(Reads.all(store.select(Selection.ALL.ofPage("https://no.example/")))).isEmpty();
    }
  }

  @Test
  void sitesAndPagesOfAnOlderFileAreFoundBeforeAndAfterItsIndexIsMadeAnew() throws Exception {
    List<Entry> visits =
        List.of(
            visit("d", "1", PAGE, "one", 1, false),
            visit("d", "2", PAGE, "one", 2, true),
            visit("d", "3", "https://example.org/two", "two", 3, false),
            visit("d", "4", "https://notexample.org/example/org", "three", 4, false),
            visit("d", "5", "https://example.org.example.net/", "four", 5, false));
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(visits));
      store.awaitIndexed();
      checkSites(store);
    }
    FourthVersion.of(stores.file());
    try (SqliteHistoryStore store = stores.open()) {
      store.pauseIndex(true);
      checkSites(store);
      store.pauseIndex(false);
      store.awaitIndexed();
      checkSites(store);
      assertThat(Reads.all(store.select(Selection.ALL.ofPage(PAGE))))
          .containsExactlyElementsOf(visits.subList(0, 2));
      Entry gone = visits.get(2);
      assertThat(found(store, FourthVersion.FORMER_WORD)).isEmpty();
      store.merge(Batch.of(List.of(gone.tombstone(gone.lastModifiedMillis() + 1))));
      store.awaitIndexed();
      assertThat(found(store, "site:example.org")).containsExactlyInAnyOrder("one");
    }
    try (Database database = Database.open(stores.file(), Database.Mode.READ)) {
      assertThat(database.number("SELECT count(*) FROM text WHERE indexed = 0")).isZero();
      String rows = "SELECT count(*) FROM search WHERE search MATCH '\"%s\"'";
      assertThat(database.number(rows.formatted(Sites.asked("example.org")))).isEqualTo(1);
      assertThat(database.number(rows.formatted("two"))).isZero();
      assertThat(database.number(rows.formatted(FourthVersion.FORMER_WORD))).isZero();
    }
  }

  private static void checkSites(SqliteHistoryStore store) throws Exception {
    assertThat(found(store, "site:example.org")).containsExactlyInAnyOrder("one", "two");
    assertThat(found(store, "site:docs.example.org:8080")).containsExactly("one");
    assertThat(found(store, "site:example.org:8080")).containsExactly("one");
    assertThat(found(store, "site:example.org/tw")).containsExactly("two");
    assertThat(found(store, "site:org one")).containsExactly("one");
    assertThat(found(store, "site:ample.org")).isEmpty();
    assertThat(found(store, "site:example.org -site:docs.example.org")).containsExactly("two");
  }

  @Test
  void aSchemeAndAWordAreKnownThoughManyHaveTheWordAlone() throws Exception {
    List<Entry> visits = new ArrayList<>();
    visits.add(visit("d", "old", "https://amber.example/", "", 1, false));
    for (int i = 0; i < 300; i++) {
      visits.add(visit("d", "" + i, "https://x.example/amber/" + i, "", 1e12 + i, false));
    }
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(visits));
      store.awaitIndexed();
      assertThat(store.search(new Search("title:nothing \"https amber\"", 9)).unknownWords())
          .extracting(SearchResults.UnknownWord::word)
          .containsExactly("nothing");
      assertThat(store.search(new Search("title:nothing \"http amber\"", 9)).unknownWords())
          .extracting(SearchResults.UnknownWord::word)
          .containsExactly("nothing", "http amber");
    }
  }

  @Test
  void aSearchThatIsRememberedGoesOnAsOneThatIsNot() throws Exception {
    List<Entry> visits = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 3_000; i++) {
      double time = Stores.NOW_MILLIS - random.nextInt(1_000) * 1e8;
      int page = random.nextInt(900);
      visits.add(visit("d" + i % 3, "" + i, PAGE + "/" + page, "page " + page, time, false));
    }
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(visits));
      store.awaitIndexed();
      for (String text : List.of("page ", "page device:d1", "page after:2010", "page -7 ")) {
        Search search = new Search(text, Search.MAX_LIMIT);
        List<Hit> atOnce = store.search(search).hits();
        List<Hit> followed = new ArrayList<>();
        Continuation next = null;
        do {
          SearchResults results = store.search(search.from(70, next));
          followed.addAll(results.hits());
          next = results.continuation();
        } while (next != null);
        assertThat(atOnce).as(text).hasSizeGreaterThan(Rankings.MOST_PASSED);
        assertThat(followed).as(text).containsExactlyElementsOf(atOnce);
      }
    }
  }

  @Test
  void aHostOfAnyLengthTakesFewWords() {
    String deep = "a.".repeat(10_000) + "example.org";
    assertThat(Sites.of("https://" + deep + "/").split(" ")).hasSize(8).doesNotHaveDuplicates();
    assertThat(Sites.of("https://" + deep + ":80/")).contains(Sites.asked(deep));
    assertThat(Sites.of("https://" + deep)).contains(Sites.asked("a.a.example.org"));
    assertThat(Sites.of("https://www.example.org/")).doesNotContain(Sites.asked("w.example.org"));
    assertThat(Sites.of("https://[::1]:80/")).isEqualTo(Sites.asked("[::1]:80") + " ");
    assertThat(Sites.of("about:blank")).isEmpty();
    assertThat(Sites.asked("")).isNull();
  }

  private static Set<String> found(SqliteHistoryStore store, String text) throws Exception {
    return store.search(new Search(text, 100)).hits().stream()
        .map(Hit::title)
        .collect(Collectors.toSet());
  }

  private static Entry visit(
      String device, String visit, String url, String title, double timeMillis, boolean hidden) {
    return new Entry(
        Samples.device(device),
        visit,
        url,
        title,
        timeMillis,
        "0",
        hidden ? "auto_subframe" : "link",
        Samples.TIME_MILLIS,
        false,
        null,
        UnknownFields.NONE);
  }
}
