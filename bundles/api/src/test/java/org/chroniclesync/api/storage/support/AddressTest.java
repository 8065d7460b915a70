// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.Search;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class AddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://ja.wikipedia.org/wiki/%E3%82%A2%E3%83%AB%E3%83%9E | アルマ | %E3%82%A2",
        "https://ru.wikipedia.org/wiki/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0 | москва | D0%9C",
        "https://xn--mnchen-3ya.example/ | münchen | xn--mnchen-3ya",
        "https://xn--mnchen-3ya.example/ | munchen | mnchen",
        "https://shop.example/a?q=red%20shoes&page=2#top | red shoes | red%20shoes",
        "https://id.example/?next=https%3A%2F%2Fa.example%2F%25C3%2585rhus | Århus | %25C3",
        "https://a.example/?u=http%3A%2F%2Fxn--bcher-kva.example%2Fx | bücher | bcher-kva",
        "https://de.example/Stra%C3%9Fe_(Wege) | strasse wege | Stra%C3%9Fe",
        "https://a.example/100%25-organic | organic | 100%25",
        "https://xn--strae-oqa.example/ | straße | xn--strae-oqa",
        "https://xn--fa-hia.example/ | fass | fa-hia",
        "https://docs.example/api/getUserById.html | user by id | getuserbyid",
        "https://docs.example/HTMLParser | html parser | htmlparser",
        "https://github.com/owner/repo/blob/main/ReadMe.md | readme | github.com",
      })
  void isFoundAsItIsReadAndAsItIsWritten(String url, String read, String written) {
    assertThat(finds(url, read)).isTrue();
    assertThat(finds(url, written)).isTrue();
    assertThat(finds(url, url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.example/",
        "https://a.example/%",
        "https://a.example/%4",
        "https://a.example/%zz",
        "https://a.example/%C3",
        "https://a.example/%FF%FE",
        "https://xn--.example/",
        "https://xn--99999999.example/",
        "https://a.example/aBcDeFgHiJ",
        "https://a.example/watch?v=dQw4w9WgXcQ",
        "https://xn--abc-.example/",
        "https://axn--mnchen-3ya.example/",
        ""
      })
  void whatCannotBeUndoneStays(String url) {
    assertThat(Address.readable(url)).isEqualTo(url);
    assertThat(Address.searchable(url)).isEqualTo(url);
  }

  @Test
  void signsOfReplacementsAreText() {
    assertThat(Address.readable("https://a.example/%24%5C1")).isEqualTo("https://a.example/$\\1");
  }

  @Test
  void noAddressTakesLong() {
    for (String url :
        List.of(
            "%25".repeat(30_000),
            "%".repeat(100_000),
            "%2525252525".repeat(10_000),
            "%C3".repeat(30_000),
            "xn--".repeat(25_000),
            "xn--a.".repeat(15_000),
            "aaBb".repeat(25_000),
            "aaBbCc/".repeat(15_000))) {
      assertThat(Address.readable(url)).hasSizeLessThanOrEqualTo(url.length());
    }
  }

  private static boolean finds(String url, String question) {
    Query query = Query.of(new Search(question, 1));
    List<Words.Word> words = Words.in(Address.searchable(url));
    return !query.terms().isEmpty()
        && query.mayBeIn(List.of(Address.searchable(url)))
        && query.terms().stream().allMatch(term -> term.standsIn(words));
  }
}
