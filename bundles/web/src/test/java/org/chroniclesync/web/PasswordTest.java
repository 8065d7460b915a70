// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.chroniclesync.api.page.Sharing;
import org.junit.jupiter.api.Test;

/** What is kept of a password. */
class PasswordTest {
  /** Made by OpenSSL. */
  private static final String OF_OTHERS =
      "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ptCQCcez2FyJGns/nFz4dCXz74OwBCGYVcBzp00JelM";

  @Test
  void itIsKnownAgainAndNoOtherIs() {
    Password kept = Password.of("four words of mine".toCharArray());
    Password read = Objects.requireNonNull(Password.parse(kept.written()));

    assertThat(read.matches("four words of mine".toCharArray())).isTrue();
    assertThat(read.matches("four words of mind".toCharArray())).isFalse();
    assertThat(read.matches(new char[0])).isFalse();
    assertThat(Password.of("four words of mine".toCharArray()).written())
        .isNotEqualTo(kept.written());
  }

  @Test
  void keyboardsWriteALetterInTwoWays() {
    Password kept = Password.of("Wo\u0308rter fu\u0308r mich".toCharArray());

    assertThat(kept.matches("W\u00f6rter f\u00fcr mich".toCharArray())).isTrue();
  }

  @Test
  void shortAndEndlessOnesAreRefused() {
    for (int length : List.of(0, 1, Sharing.MIN_PASSWORD_CHARS - 1, 257, 1_000_000)) {
      assertThatThrownBy(() -> Password.of("x".repeat(length).toCharArray()))
          .as(length + " characters")
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("10 to 256 characters");
    }
  }

  @Test
  void noFileMakesTheNodeTakeMoreMemory() {
    String written = Password.of("four words of mine".toCharArray()).written();
    for (String other :
        List.of(
            "",
            written.replace("m=19456", "m=99999999"),
            written.replace("t=2", "t=20000"),
            written.replace("p=1", "p=64"),
            written.replace("argon2id", "argon2d"),
            written + "A",
            written.substring(0, written.length() - 1))) {
      assertThat(Password.parse(other)).as(other).isNull();
    }
  }

  @Test
  void itSaysNothingOfItself() {
    assertThat(Password.of("four words of mine".toCharArray())).hasToString("Password");
    assertThat(Password.opens(null, "".toCharArray())).isFalse();
  }

  @Test
  void otherProgramsMakeTheSameOfIt() {
    Password kept = Objects.requireNonNull(Password.parse(OF_OTHERS));

    assertThat(kept.matches("four words of mine".toCharArray())).isTrue();
  }
}
