// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.junit.jupiter.api.Test;

/** A person at a terminal sees what would be deleted, and is asked. */
final class DeletingTest {
  private final List<String> sent = new ArrayList<>();

  private Answer answer(String line) {
    sent.add(line);
    return new Answer(true, "3 visits");
  }

  private static BufferedReader says(String word) {
    return new BufferedReader(new StringReader(word + "\n"));
  }

  @Test
  void onlyWhatDeletesAndIsNotDecidedIsAskedAbout() {
    assertThat(Deleting.asks(List.of("delete", "https://a.example/"))).isTrue();
    assertThat(Deleting.asks(List.of("forget", "--with-visits", "tablet"))).isTrue();
    assertThat(Deleting.asks(List.of("rules", "apply"))).isTrue();
    assertThat(Deleting.asks(List.of("delete"))).isFalse();
    assertThat(Deleting.asks(List.of("forget", "tablet"))).isFalse();
    assertThat(Deleting.asks(List.of("rules", "list"))).isFalse();
    assertThat(Deleting.asks(List.of("rules", "apply", "--yes"))).isFalse();
    assertThat(Deleting.asks(List.of("delete", "--json", "https://a.example/"))).isFalse();
  }

  @Test
  void whoSaysYesDeletesAndWhoSaysNoDoesNot() throws Exception {
    Deleting.ask(
        List.of("delete", "https://a.example/"),
        words -> answer(String.join(" ", words)),
        says("no"));
    Deleting.askLine("delete  https://a.example/", this::answer, says("YES"));
    assertThat(sent)
        .containsExactly(
            "delete --preview https://a.example/",
            "delete --preview  https://a.example/",
            "delete --yes  https://a.example/");
  }

  @Test
  void rulesAreShownAndThenApplied() throws Exception {
    Deleting.ask(List.of("rules", "apply"), words -> answer(String.join(" ", words)), says("yes"));
    Deleting.askLine(" rules  apply ", this::answer, says("y"));
    Deleting.askLine("rules apply", this::answer, says(""));
    assertThat(sent)
        .containsExactly(
            "rules apply",
            "rules --yes apply",
            "rules  apply",
            "rules --yes  apply",
            "rules apply");
  }
}
