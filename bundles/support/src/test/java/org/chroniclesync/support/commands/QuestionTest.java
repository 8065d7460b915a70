// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {
  @ParameterizedTest(name = "{0} asks {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kubernetes                     | kubernetes",
        "national park                  | \"national park\"",
        "\"national park\" iceland      | \"national park\" iceland",
        "-park iceland                  | -park iceland",
        "meeting 10:30                  | \"meeting 10:30\"",
        "re: your offer                 | \"re: your offer\"",
        "title:national park            | title:\"national park\"",
        "device:Pixel 8                 | device:\"Pixel 8\"",
        "title:park site:a.example      | title:park site:a.example",
        "site:a.example port            | site:a.example port",
        "port site:a.example            | port site:a.example",
        "before:last week               | before:last week",
      })
  void anArgumentWithBlanksIsAPhraseUnlessItHoldsOperators(String argument, String question) {
    assertThat(Question.of(List.of(argument))).isEqualTo(question);
  }

  @Test
  void argumentsStandSideBySide() {
    assertThat(Question.of(List.of("title:national park", "what's", "new", "a phrase")))
        .isEqualTo("title:\"national park\" what's new \"a phrase\"");
  }
}
