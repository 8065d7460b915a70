// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.lucene.analysis.ar.ArabicNormalizer;
import org.apache.lucene.analysis.fa.PersianNormalizer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.junit.jupiter.api.Test;

class FoldsTest {
  /** To renew the table, write what this expects to src/main/resources. */
  @Test
  void theTableIsWhatLuceneSays() throws Exception {
    StringBuilder expected = new StringBuilder();
    for (char letter = 0x80; letter < Character.MAX_SURROGATE; letter++) {
      String folded = Character.isLetter(letter) ? folded(letter) : letter + "";
      if (!folded.equals(letter + "")) {
        expected.append(letter).append(folded).append('\n');
      }
    }

    try (var table = Folds.class.getResourceAsStream("folds")) {
      assertThat(table).isNotNull();
      assertThat(new String(table.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(expected + "");
    }
  }

  private static String folded(char letter) {
    char[] ascii = new char[4];
    int length = ASCIIFoldingFilter.foldToASCII(new char[] {letter}, 0, ascii, 0, 1);
    length = new ArabicNormalizer().normalize(ascii, length);
    return new String(ascii, 0, new PersianNormalizer().normalize(ascii, length));
  }
}
