// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Search;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person's words mean. */
class QueryTest {
  private static final ZoneId ZONE = ZoneId.of("Pacific/Auckland");

  /** A Thursday, which in Greenwich is a Wednesday still. */
  private static final ZonedDateTime NOW = ZonedDateTime.of(2026, 3, 12, 8, 30, 0, 0, ZONE);

  private static final Entry PAGE =
      new Entry(
          new Device(new DeviceId("laptop-1"), "Linux x86_64", "", "Firefox", "140.2"),
          "1",
          "https://me@www.Shop.example:8443/Cart/list?q=tea#top",
          "Green tea, and a kettle",
          NOW.toInstant().toEpochMilli(),
          "",
          "link",
          1,
          false,
          null,
          UnknownFields.NONE);

  private static Query read(String text) {
    return Query.of(new Search(text, 10, NOW, null));
  }

  private static boolean finds(String text) {
    Query query = read(text);
    return !query.isEmpty() && query.admits(PAGE) && query.rate(PAGE) > 0;
  }

  @ParameterizedTest
  @CsvSource({
    "device:study, true",
    "device:\"anna's lap\", true",
    "DEVICE:Anna, true",
    "device:firefox, true",
    "device:kitchen, false",
    "-device:study, false",
    "-device:kitchen, true",
    "browser:study, false"
  })
  void aDeviceIsFoundByWhatItIsCalled(String text, boolean found) {
    Map<DeviceId, String> names =
        Map.of(PAGE.device().id(), "Anna's Laptop (Study)", new DeviceId("desk"), "Kitchen");
    Query query = Query.of(new Search(text, 10, NOW, null).naming(names));
    assertThat(query.admits(PAGE)).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "green kett",
        "\"green tea\"",
        "“green tea”",
        "title:tea",
        "TITLE:tea",
        "title:\"green tea\"",
        "url:cart",
        "url:\"shop example\"",
        "tea -coffee",
        "tea -\"tea green\"",
        "tea -title:shop",
        "site:shop.example",
        "site:example",
        "site:www.shop.example:8443",
        "site:shop.example/cart",
        "site:https://shop.example/",
        "tea -site:other.example",
        "device:laptop-1",
        "device:linux",
        "browser:fire",
        "device:firefox",
        "-browser:chrome tea",
        "after:today",
        "after:2026-03-12",
        "before:tomorrow tea",
        "after:last week tea",
        "tea after:3 days ago green",
        "after:\"last month\"",
        "before:2027",
        "after:monday green",
        "shop.example/cart",
        "https://www.shop.example"
      })
  void findsWhatMeetsAll(String text) {
    assertThat(finds(text)).as(text).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gre kettle",
        "\"tea green\"",
        "\"green te\"",
        "title:cart",
        "url:kettle",
        "tea -kettle",
        "tea -\"green tea\"",
        "tea -url:cart",
        "site:op.example",
        "site:shop.example/list",
        "site:cart",
        "tea -site:shop.example",
        "device:phone",
        "browser:chrome",
        "browser:linux",
        "tea -device:laptop-1",
        "before:today",
        "after:tomorrow",
        "before:yesterday tea",
        "before:march",
        "before:kittens tea",
        "colour:green",
        "after:2026-13",
        "-coffee",
        "",
        "  \" \" -",
        "title:",
        "green site: tea-pot"
      })
  void doesNotFind(String text) {
    assertThat(finds(text)).as(text).isFalse();
  }

  @Test
  void anUnknownOperatorIsText() {
    assertThat(read("colour:green filetype:pdf"))
        .isEqualTo(read("colour green filetype pdf"))
        .extracting(query -> query.terms().size())
        .isEqualTo(4);
    assertThat(read("before:kittens")).isEqualTo(read("before kittens"));
  }

  @Test
  void theLastWordMayGoOnAndNoOther() {
    assertThat(read("one two").terms()).extracting(Query.Term::prefix).containsExactly(false, true);
    assertThat(read("one two site:x.example").terms())
        .extracting(Query.Term::prefix)
        .containsExactly(false, false);
  }

  @ParameterizedTest
  @CsvSource({
    "2026, 2026-01-01",
    "2025-11, 2025-11-01",
    "2025-11-05, 2025-11-05",
    "2025/1/5, 2025-01-05",
    "today, 2026-03-12",
    "Yesterday, 2026-03-11",
    "thursday, 2026-03-12",
    "monday, 2026-03-09",
    "fri, 2026-03-06",
    "last thursday, 2026-03-05",
    "last week, 2026-03-02",
    "this week, 2026-03-09",
    "last month, 2026-02-01",
    "this month, 2026-03-01",
    "last year, 2025-01-01",
    "december, 2025-12-01",
    "march, 2026-03-01",
    "last march, 2025-03-01",
    "march 2024, 2024-03-01",
    "3 days ago, 2026-03-09",
    "a week ago, 2026-03-05",
    "two months  ago, 2026-01-12"
  })
  void datesBeginInTheTimeZoneOfWhoAsks(String said, LocalDate begins) {
    double millis = begins.atStartOfDay(ZONE).toInstant().toEpochMilli();
    assertThat(read("after:\"" + said + "\"").fromMillis()).isEqualTo(millis);
    assertThat(read("before:" + said.replaceAll(" +", " ")).untilMillis()).isEqualTo(millis);
  }

  @Test
  void aContinuationIsReadBackAndBelongsToItsQuestion() {
    Search search = new Search("tea", 5, NOW, null);
    Continuation next = search.after(new Rank(1.5, -2.25, -7));
    assertThat(next.toString()).hasSizeLessThanOrEqualTo(Continuation.MAX_CHARS);
    assertThat(Continuation.parse(next.toString())).isEqualTo(next);
    assertThat(new Search("tea", 5, NOW.plusDays(3), next).nowMillis())
        .isEqualTo(search.nowMillis());
    assertThatThrownBy(() -> new Search("coffee", 5, NOW, next))
        .isInstanceOf(IllegalArgumentException.class);
    for (String wrong : List.of("", "-", "1-2-3-4", "1-2-3-4-5-6", "1-2-3-4-g", "1".repeat(200))) {
      assertThatThrownBy(() -> Continuation.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kuberntes, kubernetes",
    "kuberentes, kubernetes",
    "ubernetes, kubernetes",
    "kubernettes, kubernetes",
    "kubrntes, kubernetes",
    "tae, tea",
    "xy, ",
    "zzzzzzz, "
  })
  void theNearSpellingIsOneOrTwoFaultsAway(String typed, String near) {
    NearSpelling spelling = new NearSpelling(typed);
    List.of("kubernetes", "kettle", "tea", "xyz", "teapot")
        .forEach(word -> spelling.offer(word, 1));
    assertThat(spelling.best()).isEqualTo(near);
  }
}
