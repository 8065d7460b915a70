// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.chroniclesync.api.crypto.Mnemonics.Check;
import org.chroniclesync.api.crypto.Mnemonics.WrongWord;
import org.chroniclesync.support.mnemonic.WordList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class Bip39MnemonicsTest {
  private final Bip39Mnemonics mnemonics = new Bip39Mnemonics();

  private Check check(String phrase) {
    return mnemonics.check(phrase.toCharArray());
  }

  private Check.Misspelt misspelt(String phrase) {
    return (Check.Misspelt) check(phrase);
  }

  @Test
  void theListHasAllWordsInOrder() {
    WordList list = new WordList();

    assertThat(list.all()).hasSize(WordList.SIZE).isSorted().doesNotHaveDuplicates();
    assertThat(list.all()).allMatch(word -> word.length() <= WordList.MAX_WORD_CHARS);
    for (int i = 0; i < WordList.SIZE; i++) {
      char[] word = list.word(i).toCharArray();
      assertThat(list.indexOf(word, 0, word.length)).isEqualTo(i);
    }
    assertThat(list.indexOf("abando".toCharArray(), 0, 6)).isNegative();
  }

  @Test
  void createdPhrasesHaveChecksumsAndDiffer() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      char[] phrase = mnemonics.create();

      Check check = mnemonics.check(phrase);

      assertThat(check).isInstanceOf(Check.Usable.class);
      assertThat(((Check.Usable) check).checksum()).isTrue();
      assertThat(((Check.Usable) check).phrase()).isEqualTo(phrase);
      made.add(new String(phrase));
    }
    assertThat(made).hasSize(200);
  }

  @ParameterizedTest
  @MethodSource("org.chroniclesync.crypto.bouncycastle.Vectors#accounts")
  void takesTheMnemonicsOfOtherClients(JsonNode vector) {
    String phrase = vector.get("mnemonic").asText();

    Check check = check(phrase);

    assertThat(check).isInstanceOf(Check.Usable.class);
    assertThat(new String(((Check.Usable) check).phrase())).isEqualTo(phrase);
  }

  @Test
  void tellsWhetherTheChecksumIsRight() {
    String right = "abandon ".repeat(23) + "art";
    String wrong = "abandon ".repeat(23) + "about";

    assertThat(((Check.Usable) check(right)).checksum()).isTrue();
    assertThat(((Check.Usable) check(wrong)).checksum()).isFalse();
  }

  @Test
  void forgivesCaseAndWhiteSpace() {
    String phrase = Vectors.firstMnemonic();
    String typed =
        "\ufeff \t" + phrase.toUpperCase(Locale.ROOT).replace(" ", " \u00a0\r\n ") + "\n\n";
    char[] given = typed.toCharArray();

    Check check = mnemonics.check(given);

    assertThat(new String(((Check.Usable) check).phrase())).isEqualTo(phrase);
    assertThat(given).isEqualTo(typed.toCharArray());
    assertThat(check.toString()).doesNotContain("art");
  }

  @ParameterizedTest
  @CsvSource({"'',0", "'  ',0", "abandon,1"})
  void countsTheWords(String phrase, int words) {
    assertThat(check(phrase)).isEqualTo(new Check.WrongLength(words));
  }

  @Test
  void countsHugeInputToo() {
    assertThat(check("abandon ".repeat(100_000))).isEqualTo(new Check.WrongLength(100_000));
  }

  @ParameterizedTest
  @CsvSource({
    "abandn,abandon", // one left out
    "abbandon,abandon", // one too many
    "abanbon,abandon", // another
    "abnadon,abandon", // two swapped
    "aban,abandon", // the first four only
    "abandonment,abandon", // the first four right
    "wrold,world",
    "zebar,zebra",
    "lettter,letter",
    "Frend,friend"
  })
  void nearMissesAreCorrected(String typed, String meant) {
    String phrase = "art ".repeat(6) + typed + " art".repeat(17);

    WrongWord wrong = misspelt(phrase).words().get(0);

    assertThat(wrong.position()).isEqualTo(7);
    assertThat(wrong.word()).isEqualTo(typed.toLowerCase(Locale.ROOT));
    assertThat(wrong.likely()).startsWith(meant).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void tellsAllWrongWordsWithTheirPlaces() {
    Check.Misspelt misspelt = misspelt("artt " + "art ".repeat(22) + "qqqqqqqq");

    assertThat(misspelt.words()).extracting(WrongWord::position).containsExactly(1, 24);
    assertThat(misspelt.words().get(0).likely()).contains("art");
    assertThat(misspelt.words().get(1).likely()).isEmpty();
  }

  @Test
  void aVeryLongWordIsCutAndCostsNothing() {
    Check.Misspelt misspelt = misspelt("art ".repeat(23) + "x".repeat(1_000_000));

    assertThat(misspelt.words().get(0).word()).hasSize(33);
    assertThat(misspelt.words().get(0).likely()).isEqualTo(Collections.emptyList());
  }
}
