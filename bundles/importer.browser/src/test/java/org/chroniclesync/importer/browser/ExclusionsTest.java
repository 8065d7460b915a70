// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.support.addresses.AddressMatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExclusionsTest {
  private static final Exclusions RULES =
      Exclusions.of(
          List.of("http", "HTTPS"),
          List.of("example.org", "*.below.example", "bücher.example", "::1", "[::2]"),
          List.of("*secret*", "https://*.shop.example/cart*"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org",
        "http://example.org/",
        "http://EXAMPLE.org:8080/x",
        "http://example.org./",
        "https://a:b@example.org/",
        "https://a@b@example.org/",
        "http://example.org?x",
        "http://example.org#x",
        "http:\\\\example.org\\x",
        "http://below.example/",
        "http://a.b.below.example/",
        "http://bücher.example/",
        "http://xn--bcher-kva.example/",
        "http://[::2]:80/",
        "http://ok.example/Top-SECRET/",
        "https://eu.shop.example/cart/1"
      })
  void excludes(String url) {
    assertThat(RULES.reason(url)).contains(SkipReason.EXCLUDED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://www.example.org/",
        "http://notbelow.example/",
        "http://ok.example/?u=http://example.org/",
        "http://example.org.evil.example/",
        "http://example.org@ok.example/",
        "http://shop.example/cart",
        "http://a_b.example/|x",
        "http:"
      })
  void keeps(String url) {
    assertThat(RULES.reason(url)).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chrome://x/", "about:blank", "moz-extension://x/", "data:text/html,x", "blob:http://x/",
        "javascript:1", "file:///etc/passwd", "", ":", "edge://x"
      })
  void schemesNotIncludedAreSkipped(String url) {
    assertThat(RULES.reason(url)).contains(SkipReason.SCHEME);
  }

  @Test
  void aPatternOfManyStarsTakesNoTime() {
    assertThat(AddressMatch.matches("*a".repeat(2_000) + "b", "a".repeat(8_000))).isFalse();
    assertThat(AddressMatch.matches("a*b*c", "a--b--b--c")).isTrue();
    assertThat(AddressMatch.matches("*", "")).isTrue();
  }

  @Test
  void badRulesAreNamed() {
    assertThatThrownBy(() -> Exclusions.of(List.of("http:"), List.of(), List.of()))
        .hasMessageContaining("includeSchemes")
        .hasMessageContaining("http:");
    assertThatThrownBy(() -> Exclusions.of(List.of(), List.of("http://x/"), List.of()))
        .hasMessageContaining("excludedHosts")
        .hasMessageContaining("http://x/");
  }
}
