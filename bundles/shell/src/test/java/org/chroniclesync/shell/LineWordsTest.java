// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineWordsTest {
  @Test
  void blanksAndQuotesSplitAndNothingElse() {
    assertThat(LineWords.of("  search  two\twords ")).containsExactly("search", "two", "words");
    assertThat(LineWords.of("search \"a phrase\" 'and one'"))
        .containsExactly("search", "a phrase", "and one");
    assertThat(LineWords.of("search x;lb a>b $c \\"))
        .containsExactly("search", "x;lb", "a>b", "$c", "\\");
    assertThat(LineWords.of("search \"\" x")).containsExactly("search", "", "x");
    assertThat(LineWords.of(" ")).isEmpty();
  }

  @Test
  void aQuoteInsideAWordOrWithoutItsOtherIsALetter() {
    assertThat(LineWords.of("search what's new")).containsExactly("search", "what's", "new");
    assertThat(LineWords.of("search 'tis the season"))
        .containsExactly("search", "'tis", "the", "season");
    assertThat(LineWords.of("'tis what's new'")).containsExactly("tis what's new");
    assertThat(LineWords.of("5\" pipe")).containsExactly("5\"", "pipe");
  }
}
