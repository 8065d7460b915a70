// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;

/** What of the newest versions is kept in memory, as of each commit. */
class RecentTest {
  private static final String LONG_TITLE = "x".repeat(4_096);

  private final Recent recent = new Recent();
  private long head;

  private void commit(long listed, Recent.Version... written) {
    long after = head;
    head = written.length == 0 ? head : written[written.length - 1].position();
    recent.add(after, List.of(written), new Counts("feed", head, 0, 0, listed, 0, 0));
  }

  private static Recent.Version first(long position, String visit) {
    return new Recent.Version(position, Samples.entry("a", visit, visit + " " + position), false);
  }

  private static Recent.Version next(long position, String visit) {
    return new Recent.Version(position, Samples.entry("a", visit, visit + " " + position), true);
  }

  private List<String> titles(long head, long listed) {
    return recent.at(head, listed).entries().stream().map(Entry::title).toList();
  }

  @Test
  void eachCommitShowsWhatStoodThen() {
    commit(0, first(1, "one"), first(2, "two"));
    commit(0, next(3, "one"));
    Entry gone = Samples.entry("a", "two", "").tombstone(Long.MAX_VALUE / 2);
    commit(0, new Recent.Version(4, gone, true));
    assertThat(titles(2, 0)).containsExactly("two 2", "one 1");
    assertThat(titles(3, 0)).containsExactly("one 3", "two 2");
    assertThat(titles(4, 0)).containsExactly("one 3");
    assertThat(recent.at(4, 0).reaches()).isZero();
  }

  @Test
  void whatIsListedIsLeftOut() {
    commit(0, first(1, "one"), first(2, "two"));
    commit(0, first(3, "three"));
    assertThat(titles(3, 1)).containsExactly("three 3", "two 2");
    commit(2);
    assertThat(titles(3, 2)).containsExactly("three 3");
    // A search that began before it was listed reads it in the file.
    assertThat(recent.at(3, 0)).extracting(Recent.Kept::reaches).isEqualTo(2L);
    commit(3);
    assertThat(recent.at(3, 0).entries()).isEmpty();
    assertThat(recent.at(3, 0).reaches()).isEqualTo(3);
  }

  @Test
  void aCommitThatIsNotKnownYetIsReadInTheFile() {
    commit(0, first(1, "one"));
    assertThat(recent.at(2, 0)).isEqualTo(new Recent.Kept(List.of(), 2));
  }

  @Test
  void thePositionsOfAnotherTimeAreForgotten() {
    commit(0, first(1, "one"));
    head = 5;
    commit(0, first(6, "six"));
    assertThat(titles(6, 0)).containsExactly("six 6");
    assertThat(recent.at(6, 0).reaches()).isEqualTo(5);
  }

  @Test
  void soManyAreKeptAsASearchLooksAt() {
    for (int step = 0; step < 4; step++) {
      List<Recent.Version> written = new ArrayList<>();
      for (int i = 1; i <= Tail.MOST / 2; i++) {
        written.add(first(head + i, "visit"));
      }
      commit(0, written.toArray(Recent.Version[]::new));
    }
    Recent.Kept kept = recent.at(head, 0);
    assertThat(kept.entries()).hasSize(Tail.MOST);
    assertThat(kept.reaches()).isEqualTo(head - Tail.MOST);
  }

  @Test
  void longTextsAreReadInTheFile() {
    int half = (int) (Recent.MOST_CHARS / 2 / LONG_TITLE.length());
    commit(0, ofLongTitles(half));
    commit(0, ofLongTitles(half));
    assertThat(recent.at(head, 0).entries()).hasSize(half);
    assertThat(recent.at(head, 0).reaches()).isEqualTo(half);
    commit(0, ofLongTitles(2 * half));
    assertThat(recent.at(head, 0)).isEqualTo(new Recent.Kept(List.of(), head));
  }

  private Recent.Version[] ofLongTitles(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> new Recent.Version(head + i, Samples.entry("a", "v" + i, LONG_TITLE), false))
        .toArray(Recent.Version[]::new);
  }
}
