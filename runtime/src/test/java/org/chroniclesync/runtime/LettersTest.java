// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LettersTest {
  private static final String ASCII = "ANSI_X3.4-1968";

  @Test
  void whatTheLocaleHoldsIsTaken() {
    assertThatCode(() -> Letters.require(List.of("node"), "/home/me", "Linux", ASCII))
        .doesNotThrowAnyException();
    assertThatCode(() -> Letters.require(List.of("\u00d8"), "/home/m\u00fc", "Linux", "UTF-8"))
        .doesNotThrowAnyException();
    assertThatCode(() -> Letters.require(List.of("\u00d8"), "C:/m\u00fc", "Windows 11", "Cp1252"))
        .doesNotThrowAnyException();
  }

  @Test
  void whatItLosesIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> Letters.require(List.of("a", "\ufffd"), "/home/me", "Linux", ASCII))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("of the command line")
        .hasMessageContaining("LC_ALL=C.UTF-8");
    assertThatThrownBy(() -> Letters.require(List.of("node"), "/home/m\ufffd", "Linux", ASCII))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("of the home folder");
  }
}
