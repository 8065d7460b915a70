// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.junit.jupiter.api.Test;

/** A small run, which asks each kind of question. */
class SearchTimesTest {
  @Test
  void eachKindOfQuestionIsAsked() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TemporaryFolder folder = new TemporaryFolder()) {
      SearchTimes.measure(
          folder.path().resolve("history.db"), 3_000, 2, new PrintStream(out, true, UTF_8));
    }
    assertThat(out.toString(UTF_8).lines())
        .hasSizeGreaterThan(20)
        .anyMatch(line -> line.startsWith("visits") && line.contains("3,000"))
        .anyMatch(line -> line.startsWith("a word found nowhere"))
        .anyMatch(line -> line.startsWith("all visits of a page"))
        .anyMatch(line -> line.matches("a common word to the end +[1-9].* pages, .*"))
        .anyMatch(line -> line.startsWith("the file, a visit"));
  }

  @Test
  void aFourthOfTheVisitsAreToNewPages() {
    Browsing browsing = new Browsing(10_000);
    Set<String> pages = new HashSet<>();
    for (Entry entry : browsing.next(10_000)) {
      pages.add(entry.url());
    }
    assertThat(browsing.pages()).isBetween(2_300, 2_700);
    assertThat(pages).hasSize(browsing.pages());
    assertThat(browsing.words()).hasSizeGreaterThan(1_000);
  }
}
