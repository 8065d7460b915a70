// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Scans;
import org.chroniclesync.testkits.storage.Reads;
import org.jspecify.annotations.Nullable;

/**
 * Any history, questioned at any moment of its life, gets the answers that the search of the api
 * gives, which reads all visits: the same pages in the same order, with the same facts.
 */
class SqliteAgainstScansProperties {
  private static final String[] WORDS =
      "amber brook cedar delta ember fjord http https www c++ .net straße what's Økland 東京 e-mail"
          .split(" ");
  private static final String[] HOSTS = {
    "www.amber.example", "brook.example", "xn--mnchen-3ya.example", "a.co"
  };
  private static final String[] TRANSITIONS = {"link", "typed", "link", "auto_subframe"};
  private static final double DAY_MILLIS = 24.0 * 60 * 60 * 1_000;
  private static final ZonedDateTime NOW =
      Instant.ofEpochMilli(Stores.NOW_MILLIS).atZone(ZoneOffset.UTC);

  private @Nullable Database beside;

  @Property(tries = 12)
  void answersAsTheSearchThatReadsAllVisits(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Path directory = Files.createTempDirectory("against-scans");
    Stores stores = new Stores(directory);
    try (SqliteHistoryStore store = stores.open();
        Database reader = Database.open(stores.file(), Database.Mode.READ)) {
      beside = reader;
      int pages = 1 + random.nextInt(random.nextBoolean() ? 8 : 400);
      List<Entry> versions = new ArrayList<>();
      for (int round = 0; round < 4; round++) {
        store.pauseIndex(round % 2 == 1);
        for (int i = random.nextInt(600); i > 0; i--) {
          versions.add(
              random.nextInt(4) > 0 || versions.isEmpty()
                  ? visit(random, versions.size(), pages)
                  : changed(random, versions.get(random.nextInt(versions.size()))));
        }
        store.merge(Batch.of(versions.subList(versions.size() / 3, versions.size())));
        if (round % 2 == 0) {
          store.awaitIndexed();
        }
        for (int i = 0; i < 25; i++) {
          compare(store, question(random), 1 + random.nextInt(30));
        }
      }
      store.merge(Batch.of(tombstones(versions)));
      compare(store, "https amber", 5);
      store.pauseIndex(false);
      store.awaitIndexed();
      compare(store, "https amber", 5);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static List<Entry> tombstones(List<Entry> versions) {
    return versions.stream()
        .map(entry -> entry.tombstone(entry.lastModifiedMillis() + 1_000))
        .toList();
  }

  private void compare(SqliteHistoryStore store, String text, int limit) throws Exception {
    List<Change> all = Reads.all(store.changes(0));
    Scans scans = new Scans(all::forEach, () -> {});
    Search search = new Search(text, limit, NOW, null);
    for (int page = 0; page < 3; page++) {
      SearchResults expected = scans.search(search);
      compare(text, store.search(search), expected);
      compare(text, fromIndex(search), expected);
      if (expected.continuation() == null) {
        return;
      }
      search = new Search(text, limit, NOW, expected.continuation());
    }
  }

  private static void compare(String text, SearchResults found, SearchResults expected) {
    assertThat(found.hits())
        .as(text)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("snippet", "matches")
        .containsExactlyElementsOf(expected.hits());
    assertThat(found.hits())
        .as(text)
        .extracting(Hit::snippet)
        .allSatisfy(snippet -> assertThat(snippet).isNotEmpty());
    assertThat(found.continuation()).as(text).isEqualTo(expected.continuation());
    assertThat(found.unknownWords())
        .as(text)
        .extracting(SearchResults.UnknownWord::word)
        .containsExactlyElementsOf(
            expected.unknownWords().stream().map(SearchResults.UnknownWord::word).toList());
  }

  /**
   * As if there were too many visits in the time that is asked for to read them, and the index had
   * offered too many pages in vain; and nothing is known but what the file has.
   */
  private SearchResults fromIndex(Search search) throws Exception {
    Query query = Query.of(search);
    return query.isEmpty()
        ? SearchResults.NONE
        : new Searcher(Objects.requireNonNull(beside), new Recent(), search, query, -1, 0)
            .results();
  }

  private static String question(Random random) {
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      parts.add(
          switch (random.nextInt(14)) {
            case 0 -> "site:" + HOSTS[random.nextInt(HOSTS.length)];
            case 1 -> "site:example";
            case 2 -> "device:device" + random.nextInt(4);
            case 3 -> "browser:firefox";
            case 4 -> "before:" + (2010 + random.nextInt(20));
            case 5 -> "after:" + (2010 + random.nextInt(20));
            case 6 -> "-" + word(random);
            case 7 -> "title:" + word(random);
            case 8 -> "url:" + word(random);
            case 9 -> '"' + word(random) + " " + word(random) + '"';
            case 10 -> "nowhere" + random.nextInt(3);
            default -> word(random);
          });
    }
    String question = String.join(" ", parts);
    return switch (random.nextInt(3)) {
      case 0 -> question + " ";
      case 1 -> question;
      default -> question.substring(0, 1 + random.nextInt(question.length()));
    };
  }

  private static String word(Random random) {
    // The first ones are the most common.
    double among = random.nextDouble();
    return WORDS[(int) (among * among * WORDS.length)];
  }

  private static Entry visit(Random random, int number, int pages) {
    int page = (int) (random.nextDouble() * random.nextDouble() * pages);
    Random ofPage = new Random(page);
    String url = "https://" + HOSTS[ofPage.nextInt(HOSTS.length)] + "/" + word(ofPage) + "/" + page;
    String title = word(ofPage) + " " + word(ofPage);
    return new Entry(
        device(random),
        "visit-" + number,
        url,
        title(random, title),
        Stores.NOW_MILLIS - Math.floor(Math.pow(random.nextDouble(), 3) * 6_000) * DAY_MILLIS,
        "",
        TRANSITIONS[random.nextInt(TRANSITIONS.length)],
        number,
        false,
        random.nextInt(9) == 0 ? new PageSummary("of " + word(random), 1) : null,
        UnknownFields.NONE);
  }

  private static String title(Random random, String usual) {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> "(" + random.nextInt(9) + ") " + usual;
      case 2 -> usual + " " + word(random);
      // More words begin so than are asked for one by one.
      case 3 -> usual + random.nextInt(200);
      default -> usual;
    };
  }

  private static Device device(Random random) {
    int number = random.nextInt(4);
    return new Device(
        new DeviceId("device" + number),
        "Linux x86_64",
        "Mozilla/5.0",
        number % 2 == 0 ? "Firefox" : "Chromium",
        (130 + random.nextInt(3)) + ".0");
  }

  private static Entry changed(Random random, Entry entry) {
    if (entry.deleted() || random.nextInt(3) == 0) {
      return entry.tombstone(entry.lastModifiedMillis() + 10_000);
    }
    return new Entry(
        entry.device(),
        entry.visitId(),
        entry.url(),
        title(random, "changed " + word(random)),
        entry.visitTimeMillis() + random.nextInt(3),
        "",
        entry.transition(),
        entry.lastModifiedMillis() + 5_000,
        false,
        entry.page(),
        entry.unknown());
  }
}
