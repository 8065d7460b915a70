// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.testkits.mutations.Mutations;
import org.jspecify.annotations.Nullable;

/**
 * Values of a configuration, changed at random. For more than the thousand of each that the build
 * takes: {@code -Djqwik.tries.default=1000000}.
 */
class HostileValueProperties {
  private static final int MAX_SENTENCE_CHARS = 600;

  private final ConfigurationValues values = ConfigurationValues.of("org.example");

  @Provide
  Arbitrary<String> urls() {
    return Mutations.ofTexts(
        List.of(
            "wss://discovery.example.org:8443/rooms",
            "ws://127.0.0.1:8080/",
            "ws://[2001:db8::1]:8080",
            "WSS://user:s_cret@host.example/?q=a#f"),
        List.of(":", "/", "//", "@", "%", "%zz", "[", "::", ":99999999999", "?", "#", " ", ".."));
  }

  @Provide
  Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Mutations.ofTexts(
            List.of("1", "500", "-7", "60000", "9223372036854775807"),
            List.of("+", "-", " ", "_", "\u0661", "0x", "L", "e3")),
        Arbitraries.integers().between(-1, 1_001).map(String::valueOf));
  }

  @Provide
  Arbitrary<String> words() {
    return Mutations.ofTexts(
        List.of("allow", "deny", "/home/ann/history", "C:\\Users\\ann"),
        List.of("\0", "/", "..", "~", "\u001b[2J"));
  }

  @Property
  void aUrlIsOneOrIsRefusedWithoutBeingRepeated(@ForAll("urls") String text) {
    URI url = valueOrNull(() -> values.url("url", text, List.of("ws", "wss"), "a URL"), "s_cret");
    if (url != null) {
      assertThat(url.getScheme()).matches("(?i)wss?");
      assertThat(url.getHost()).isNotEmpty();
      assertThat(url.getPort()).isBetween(-1, 65_535);
      assertThat(url.getRawUserInfo()).isNull();
    }
  }

  @Property
  void aNumberIsInItsRangeOrRefused(@ForAll("numbers") String text) {
    Integer number =
        valueOrNull(() -> values.wholeNumber("n", () -> Integer.parseInt(text), 1, 1_000), "\0");
    if (number != null) {
      assertThat(number).isBetween(1, 1_000);
    }
  }

  @Property
  void aChoiceIsOneOrRefused(@ForAll("words") String text) {
    Integer choice =
        valueOrNull(() -> values.oneOf("legacy", text, Map.of("allow", 1, "deny", 2)), "\0");

    assertThat(choice != null).isEqualTo(text.equals("allow") || text.equals("deny"));
  }

  @Property
  void aPathIsOneOrRefused(@ForAll("words") String text) {
    Path path = valueOrNull(() -> values.path("file", text, "the path of a file"), "\0");
    if (path != null) {
      assertThat(path.toString()).isNotBlank().doesNotContain("\0");
    }
  }

  /** A refusal is one line that a terminal shows as it is. */
  private static <T> @Nullable T valueOrNull(Supplier<T> check, String secret) {
    T value = null;
    try {
      value = check.get();
    } catch (IllegalArgumentException e) {
      String said = String.valueOf(e.getMessage());
      assertThat(said).contains(" of org.example is ").contains("; it must be ");
      assertThat(said).hasSizeLessThan(MAX_SENTENCE_CHARS).doesNotContain(secret);
      assertThat(said.chars()).noneMatch(Character::isISOControl);
    }
    Statistics.label("accepted")
        .collect(value != null)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 2));
    return value;
  }
}
