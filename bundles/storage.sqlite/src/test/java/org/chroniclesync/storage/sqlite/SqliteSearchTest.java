// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.support.Excerpt;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found, in which order, and how it is shown; from the index and from what it lacks. */
class SqliteSearchTest {
  private final SqliteHistoryStore store;

  SqliteSearchTest(@TempDir Path directory) throws Exception {
    store = new Stores(directory).open();
    store.pauseIndex(true);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void findsFoldedWordsAndPartsOfCjkText(boolean indexed) throws Exception {
    merge(
        indexed,
        "Crème Brûlée ÜBER Straße",
        "東京都の天気、明日",
        "ＦＵＬＬ　ｗｉｄｔｈ",
        "привет МИР",
        "ภาษาไทยง่าย");
    assertThat(titles("creme BRULEE")).hasSize(1);
    assertThat(titles("über strasse")).hasSize(1);
    assertThat(titles("uber stra")).hasSize(1);
    assertThat(titles("京都")).hasSize(1);
    assertThat(titles("京")).hasSize(1);
    assertThat(titles("天気")).hasSize(1);
    assertThat(titles("気明")).isEmpty();
    assertThat(titles("都京")).isEmpty();
    assertThat(titles("東京 明日")).hasSize(1);
    assertThat(titles("full width")).hasSize(1);
    assertThat(titles("Привет мир")).hasSize(1);
    assertThat(titles("ไทย")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void findsAnAddressAsItIsReadAndAsItIsWritten(boolean indexed) throws Exception {
    store.merge(
        Batch.of(
            List.of(
                at("1", "https://xn--mnchen-3ya.example/"),
                at("2", "https://ru.wikipedia.org/wiki/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0"),
                at("3", "https://ja.example/wiki/%E3%82%A2%E3%83%AB%E3%83%9E%E3%82%B8%E3%83%AD"),
                at("4", "https://id.example/?to=https%3A%2F%2Fa.example%2F%25C3%2585rhus"),
                at("5", "https://shop.example/a?q=red%20shoes&page=2#top"))));
    settle(indexed);
    assertThat(titles("münchen")).containsExactly("1");
    assertThat(titles("xn--mnchen-3ya")).containsExactly("1");
    assertThat(titles("москва")).containsExactly("2");
    assertThat(titles("アルマジロ")).containsExactly("3");
    assertThat(titles("arhus")).containsExactly("4");
    assertThat(titles("red shoes")).containsExactly("5");
    assertThat(titles("https://shop.example/a?q=red%20shoes&page=2#top")).containsExactly("5");
    assertThat(titles("https://ru.wikipedia.org/wiki/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0"))
        .containsExactly("2");
    assertThat(titles("https://ru.wikipedia.org/wiki/Москва")).containsExactly("2");
  }

  private static Entry at(String title, String url) {
    Entry entry = Samples.entry("a", title, title);
    return new Entry(
        entry.device(),
        entry.visitId(),
        url,
        title,
        entry.visitTimeMillis(),
        entry.referringVisitId(),
        entry.transition(),
        entry.lastModifiedMillis(),
        false,
        null,
        entry.unknown());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ranksTitleAboveUrlAboveSummaryAndNewAboveOld(boolean indexed) throws Exception {
    Entry summary = Samples.withSummary(Samples.entry("a", "1", "other"), "about walrus here");
    Entry url = Samples.entry("a", "walrus", "another");
    Entry title = Samples.entry("a", "3", "walrus");
    for (int i = 0; i < 30; i++) {
      store.merge(Batch.of(List.of(Samples.entry("b", "filler-" + i, "filler"))));
    }
    store.merge(Batch.of(List.of(summary, url, title)));
    settle(indexed);
    assertThat(titles("walrus")).containsExactly("walrus", "another", "other");
    Entry old = Samples.at("c", "old", Stores.NOW_MILLIS - 1e11);
    Entry recent = Samples.at("c", "recent", Stores.NOW_MILLIS - 1e6);
    store.merge(Batch.of(List.of(recent, old)));
    settle(indexed);
    assertThat(store.search(new Search("at", 5)).hits())
        .extracting(Hit::url)
        .containsExactly("https://example.org/recent", "https://example.org/old");
    assertThat(store.search(new Search("filler", 7)).hits()).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void excerptShowsTheMatches(boolean indexed) throws Exception {
    String summary = "filler ".repeat(100) + "the Wörld of\nwalruses \uE000 " + "more ".repeat(100);
    store.merge(Batch.of(List.of(Samples.withSummary(Samples.entry("a", "1", "t"), summary))));
    settle(indexed);
    Hit hit = store.search(new Search("world walr", 5)).hits().get(0);
    assertThat(hit.snippet().length()).isLessThanOrEqualTo(Excerpt.MAX_CHARS + 2);
    assertThat(hit.snippet()).startsWith("…").endsWith("…").doesNotContain("\n");
    assertThat(hit.matches())
        .extracting(match -> hit.snippet().substring(match.start(), match.end()))
        .containsExactly("Wörld", "walruses");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void findsAcrossIndexedAndNot(boolean overwrite) throws Exception {
    merge(true, "otter one");
    merge(false, "otter two");
    assertThat(titles("otter")).hasSize(2);
    if (overwrite) {
      store.merge(
          Batch.of(
              List.of(Samples.version("d", "otter one", "x", Samples.TIME_MILLIS + 9, false))));
      assertThat(titles("otter one")).containsExactly("x");
      settle(true);
      assertThat(titles("otter one")).containsExactly("x");
    }
    settle(true);
    assertThat(titles("otter")).hasSize(2);
  }

  private void merge(boolean indexed, String... titles) throws Exception {
    for (String title : titles) {
      store.merge(Batch.of(List.of(Samples.entry("d", title, title))));
    }
    settle(indexed);
  }

  private void settle(boolean indexed) throws Exception {
    if (indexed) {
      store.pauseIndex(false);
      store.awaitIndexed();
      store.pauseIndex(true);
    }
  }

  private List<String> titles(String text) throws Exception {
    return store.search(new Search(text, 10)).hits().stream().map(Hit::title).toList();
  }
}
