// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.support.Words.Word;

class WordsProperties {
  @Property
  void aFoldedWordFoldsToItself(@ForAll("texts") String text) {
    for (Word word : Words.in(text)) {
      assertThat(Words.asked(word.folded()).stream().map(Word::folded))
          .as("folded again: %s", word)
          .containsExactly(word.folded());
    }
  }

  @Property
  void aWordOfATextIsFoundByTheTextThatItCovers(@ForAll("texts") String text) {
    List<Word> words = Words.in(text);
    for (Word word : words) {
      Query query = Query.of(new Search(text.substring(word.start(), word.end()), 1));
      assertThat(query.terms()).isNotEmpty().allMatch(term -> term.standsIn(words));
      assertThat(query.mayBeIn(List.of(text))).isTrue();
    }
  }

  @Property
  void wordsStandWithinTheTextInOrder(@ForAll("texts") String text) {
    int start = 0;
    for (Word word : Words.in(text)) {
      assertThat(word.start()).isBetween(start, word.end() - 1);
      assertThat(word.end()).isLessThanOrEqualTo(text.length());
      assertThat(word.folded()).isNotBlank().hasSizeLessThanOrEqualTo(4 * Words.MAX_WORD_CHARS);
      start = word.start();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Character> typed =
        Arbitraries.of(
            "abceSsTm 09.-'+#’ßøŁıİﬃ²ëёשָׁمُأـ東カｶﾞไทยㄱ한\u00AD\u200D\u0301\u3099"
                .chars()
                .mapToObj(c -> (char) c)
                .toList());
    return Arbitraries.oneOf(
        typed.list().ofMaxSize(40).map(WordsProperties::joined),
        Arbitraries.strings().all().ofMaxLength(40));
  }

  private static String joined(List<Character> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }
}
