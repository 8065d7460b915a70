// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.testkits.storage.Reads;
import org.chroniclesync.testkits.storage.Samples;

/** Two stores that got the same versions in any order, parts and number end equal. */
class SqliteConvergenceProperties {
  @Property(tries = 25)
  void sameStandingVersionsAndSearchResults(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int count) throws Exception {
    List<Entry> versions = Samples.versions(new Random(seed), count);
    Path directory = Files.createTempDirectory("convergence");
    try (SqliteHistoryStore one = new Stores(directory.resolve("one")).open();
        SqliteHistoryStore two = new Stores(directory.resolve("two")).open()) {
      arrive(one, versions, new Random(seed + 1));
      arrive(two, versions, new Random(seed + 2));
      assertThat(standing(one)).isEqualTo(standing(two));
      assertThat(one.state().entries()).isEqualTo(two.state().entries());
      assertThat(one.state().tombstones()).isEqualTo(two.state().tombstones());
      for (String text : List.of("title1", "tit", "s2", "title2 s", "device", "v1")) {
        assertThat(found(one, text)).isEqualTo(found(two, text)).isEqualTo(expected(one, text));
      }
      one.awaitIndexed();
      two.awaitIndexed();
      for (String text : List.of("title1", "tit", "s2", "title2 s", "v1")) {
        assertThat(found(one, text)).isEqualTo(found(two, text)).isEqualTo(expected(one, text));
        assertThat(order(one, text)).isEqualTo(order(two, text));
      }
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void arrive(SqliteHistoryStore store, List<Entry> versions, Random random)
      throws Exception {
    List<Entry> arriving = new ArrayList<>(versions);
    for (int i = random.nextInt(20); i > 0; i--) {
      arriving.add(versions.get(random.nextInt(versions.size())));
    }
    Collections.shuffle(arriving, random);
    for (int from = 0; from < arriving.size(); ) {
      int to = Math.min(arriving.size(), from + 1 + random.nextInt(40));
      store.merge(Batch.of(arriving.subList(from, to)));
      if (random.nextInt(4) == 0) {
        store.awaitIndexed();
      }
      from = to;
    }
  }

  private static Map<EntryId, Entry> standing(SqliteHistoryStore store) throws Exception {
    Map<EntryId, Entry> standing = new TreeMap<>();
    for (Change change : Reads.all(store.changes(0))) {
      standing.put(change.entry().id(), change.entry());
    }
    return standing;
  }

  private static List<String> order(SqliteHistoryStore store, String text) throws Exception {
    return store.search(new Search(text, Search.MAX_LIMIT)).hits().stream().map(Hit::url).toList();
  }

  private static List<String> found(SqliteHistoryStore store, String text) throws Exception {
    return order(store, text).stream().sorted().toList();
  }

  /** The plainest search there could be: words apart by blanks or slashes, the last a prefix. */
  private static List<String> expected(SqliteHistoryStore store, String text) throws Exception {
    Set<String> expected = new TreeSet<>();
    for (Entry entry : standing(store).values()) {
      String all = entry.title() + " " + entry.url();
      if (entry.page() != null) {
        all += " " + entry.page().summary();
      }
      List<String> words = List.of(all.split("[ /:.]+"));
      String[] asked = text.split(" ");
      boolean fits = words.stream().anyMatch(word -> word.startsWith(asked[asked.length - 1]));
      for (int i = 0; i < asked.length - 1; i++) {
        fits &= words.contains(asked[i]);
      }
      if (fits && !entry.deleted()) {
        expected.add(entry.url());
      }
    }
    return List.copyOf(expected);
  }
}
