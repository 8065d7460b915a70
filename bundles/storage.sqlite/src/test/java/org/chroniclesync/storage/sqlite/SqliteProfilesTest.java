// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases of Chromium that people asked about, with what is to be found in them. */
class SqliteProfilesTest {
  /** Microseconds from 1601 to 1970. */
  private static final long EPOCH_MICROS = 11_644_473_600_000_000L;

  /** The importer cuts longer ones. */
  private static final int MAX_TITLE = 1_000;

  private static final int OF_FRAME = 3;
  private static final int CORE = 0xFF;
  private static final long CHAIN_END = 0x20000000L;

  private final Path directory;

  SqliteProfilesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void aPageThatIsVisitedAllDayCrowdsNoOtherOut() throws Exception {
    try (SqliteHistoryStore store = filled("frames-redirects-and-crowding.sql")) {
      List<Hit> hits = store.search(new Search("kubernetes", 20)).hits();
      assertThat(hits)
          .extracting(Hit::title)
          .containsExactlyInAnyOrder(
              "Kubernetes board",
              "Kubernetes ingress timeouts explained",
              "Running Kubernetes at home");
      assertThat(hits.get(0).title()).isEqualTo("Kubernetes board");
      assertThat(hits.get(0).visits()).isEqualTo(40);
    }
  }

  @Test
  void framesAndHopsAreNotFound() throws Exception {
    try (SqliteHistoryStore store = filled("frames-redirects-and-crowding.sql")) {
      assertThat(store.search(new Search("bank", 20)).hits())
          .extracting(Hit::url)
          .containsExactly("https://www.bank.example/home");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          c++ | https://en.cppreference.example/w/
          c# | https://learn.example/csharp
          okland | https://mus.example/1
          pawel roze | https://mus.example/2
          dvorak | https://mus.example/3
          lodz | https://city.example/1
          strasse | https://city.example/1
          gdansk | https://city.example/1
          münchen | https://xn--mnchen-3ya.example/
          アルマジロ | https://ja.wikipedia.org/wiki/%E3%82%A2%E3%83%AB%E3%83%9E%E3%82%B8%E3%83%AD
          москва | https://ru.wikipedia.org/wiki/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0
          red shoes | https://shop.example/a?q=red%20shoes&page=2#top
          what's new | https://blog.example/whats-new
          whats new | https://blog.example/whats-new
          search and replace not near | https://t.example/and
          bench-100821 | https://dl.example/BENCH-100821
          🎉 | https://party.example/
          東京タワー | https://t.example/tokyo
          歴史 | https://t.example/tokyo
          서울 | https://t.example/kr
          ไทย | https://t.example/th
          שלום | https://t.example/he
          محمد | https://t.example/ar
          istanbul | https://t.example/tr
          ωραιο | https://t.example/gr
          efficient office file | https://t.example/lig
          h2o | https://t.example/sup
          192.168.0.1 | https://ip.example/
          softhyphen zerowidth | https://t.example/nbsp
          """)
  void isFound(String text, String url) throws Exception {
    try (SqliteHistoryStore store = filled("search-pages.sql")) {
      assertThat(store.search(new Search(text, 20)).hits()).extracting(Hit::url).contains(url);
    }
  }

  private SqliteHistoryStore filled(String script) throws Exception {
    List<Entry> entries = new ArrayList<>();
    try (Database browser = Database.create(directory.resolve("History"))) {
      for (String statement : script(script).split(";\\R")) {
        browser.execute(statement);
      }
      String visits =
          "SELECT v.id, u.url, u.title, v.visit_time, v.transition FROM visits v JOIN urls u ON"
              + " u.id = v.url";
      try (ResultSet row = browser.statement(visits).executeQuery()) {
        while (row.next()) {
          if ((row.getLong(5) & CHAIN_END) != 0) {
            entries.add(entry(row));
          }
        }
      }
    }
    SqliteHistoryStore store = new Stores(directory).open();
    store.merge(Batch.of(entries));
    store.awaitIndexed();
    return store;
  }

  private static Entry entry(ResultSet row) throws Exception {
    Entry entry = Samples.entry("laptop", row.getString(1), "");
    String title = row.getString(3);
    boolean frame = (row.getLong(5) & CORE) == OF_FRAME || (row.getLong(5) & CORE) == OF_FRAME + 1;
    return new Entry(
        entry.device(),
        entry.visitId(),
        row.getString(2),
        title.substring(0, Math.min(title.length(), MAX_TITLE)),
        (row.getLong(4) - EPOCH_MICROS) / 1e3,
        "0",
        frame ? "auto_subframe" : "link",
        entry.lastModifiedMillis(),
        false,
        null,
        entry.unknown());
  }

  private static String script(String name) throws IOException {
    try (InputStream script = SqliteProfilesTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
    }
  }
}
