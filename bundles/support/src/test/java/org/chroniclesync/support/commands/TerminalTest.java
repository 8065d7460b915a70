// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2J",
        "\u001b]0;title\u0007",
        "\u009b31m",
        "a\rb",
        "a\nb",
        "\u202egnp.exe",
        "\u2066x",
        "\u200b",
        "\u2028",
        "\ud800",
        "\u007f",
        "\u0000"
      })
  void nothingThatATerminalObeysOrHidesComesThrough(String hostile) {
    String safe = Terminal.safe(hostile);

    assertThat(safe.codePoints())
        .allSatisfy(
            point ->
                assertThat(Character.getType(point))
                    .isNotIn(
                        (int) Character.CONTROL,
                        (int) Character.FORMAT,
                        (int) Character.SURROGATE,
                        (int) Character.LINE_SEPARATOR));
    assertThat(safe).contains("\\u{");
  }

  @Test
  void textOfAnyLanguageStaysAsItIs() {
    String text = "Grüße, Ελλάδα, 日本語, العربية, 😀";

    assertThat(Terminal.safe(text)).isEqualTo(text);
  }

  @Test
  void longTextIsCutBetweenCharacters() {
    assertThat(Terminal.safe("ab😀cd", 4)).isEqualTo("ab…");
    assertThat(Terminal.safe("abcd", 4)).isEqualTo("abcd");
    assertThat(Terminal.safe("abcde", 4)).isEqualTo("abc…");
  }
}
