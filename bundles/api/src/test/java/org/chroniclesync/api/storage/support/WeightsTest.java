// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Search;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search of an index may end early only if nothing counts more than it believes. */
class WeightsTest {
  private static Query read(String text) {
    ZonedDateTime now = ZonedDateTime.of(2026, 3, 12, 8, 30, 0, 0, ZoneOffset.UTC);
    return Query.of(new Search(text, 10, now, null));
  }

  private static Entry page(String title, String url, String summary) {
    Device device = new Device(new DeviceId("laptop"), "Linux", "", "Firefox", "140.2");
    PageSummary page = new PageSummary(summary, 1);
    return new Entry(device, "1", url, title, 1, "", "link", 1, false, page, UnknownFields.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tea", "tea kettle", "title:tea", "url:tea kettle", "\"tea kettle\" tea", "te"})
  void noTextCountsMoreThanTheBest(String question) {
    Query query = read(question);
    String all = "tea kettle tea kettle teapot tea ".repeat(20);
    Entry full = page(all, "https://tea.example/tea/kettle/" + all.replace(' ', '/'), all);
    assertThat(query.rate(full)).isEqualTo(Weights.best(query));
    assertThat(query.rate(page("kettle tea kettle", "https://tea.example/tea/kettle", "")))
        .isPositive()
        .isLessThanOrEqualTo(Weights.best(query));
  }

  @Test
  void aTitleCountsMoreThanAnAddressAndThatMoreThanASummary() {
    Query query = read("tea");
    double both = query.rate(page("tea", "https://tea.example/", ""));
    double title = query.rate(page("tea", "https://a.example/", ""));
    double url = query.rate(page("a", "https://tea.example/", ""));
    double summary = query.rate(page("a", "https://a.example/", "of tea"));
    assertThat(both).isGreaterThan(title);
    assertThat(title).isGreaterThan(url);
    assertThat(url).isGreaterThan(summary);
    assertThat(summary).isPositive();
  }

  @Test
  void aQuestionWithoutWordsCountsOne() {
    Query query = read("site:tea.example ");
    assertThat(query.rate(page("a", "https://tea.example/", ""))).isEqualTo(Weights.best(query));
  }
}
