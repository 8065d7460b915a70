// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Entry;
import org.junit.jupiter.api.Test;

class SyntheticHistoryTest {
  private static final int COUNT = 20_000;

  private final List<Entry> history = new SyntheticHistory(1, 3).next(COUNT);

  @Test
  void theSameSeedMakesTheSameHistoryHoweverItIsAsked() {
    SyntheticHistory again = new SyntheticHistory(1, 3);

    for (Entry entry : history) {
      assertThat(again.next()).isEqualTo(entry);
    }
    assertThat(new SyntheticHistory(2, 3).next(100)).isNotEqualTo(history.subList(0, 100));
  }

  @Test
  void everyVisitHasAnIdOfItsOwnAndATimeOfItsOwn() {
    assertThat(history.stream().map(Entry::visitId).distinct()).hasSize(COUNT);
    assertThat(history).isSortedAccordingTo(Comparator.comparingDouble(Entry::visitTimeMillis));
    assertThat(history.stream().mapToDouble(Entry::visitTimeMillis).distinct().count())
        .isEqualTo(COUNT);
  }

  @Test
  void aFewSitesHaveMostVisitsAndMostSitesFew() {
    List<Long> visits =
        history.stream()
            .collect(
                Collectors.groupingBy(
                    entry -> String.valueOf(URI.create(entry.url()).getHost()),
                    Collectors.counting()))
            .values()
            .stream()
            .sorted(Comparator.reverseOrder())
            .toList();

    assertThat(visits.size()).isBetween(1_000, 3_000);
    assertThat(sum(visits.subList(0, visits.size() / 10))).isGreaterThan(COUNT / 2);
    assertThat(visits.get(visits.size() / 2)).isLessThan(10);
  }

  @Test
  void addressesAndTitlesAreAsLongAsRealOnesAndComeAgain() {
    assertThat(mean(entry -> entry.url().length())).isBetween(50.0, 90.0);
    assertThat(mean(entry -> entry.title().length())).isBetween(30.0, 60.0);
    assertThat(history.stream().map(Entry::url).distinct().count())
        .isBetween(COUNT * 4 / 10L, COUNT * 9 / 10L);
    assertThat(history).anyMatch(entry -> entry.title().isEmpty());
    assertThat(history).anyMatch(entry -> !entry.title().chars().allMatch(c -> c < 0x80));
  }

  @Test
  void aReferringVisitIsOneOfTheSameDevice() {
    Map<String, Entry> byId =
        history.stream().collect(Collectors.toMap(Entry::visitId, Function.identity()));

    List<Entry> referred =
        history.stream().filter(entry -> !entry.referringVisitId().equals("0")).toList();

    assertThat(referred.size()).isBetween(COUNT / 2, COUNT * 2 / 3);
    assertThat(referred)
        .allMatch(
            entry -> {
              Entry from = byId.get(entry.referringVisitId());
              return from != null && from.device().equals(entry.device());
            });
  }

  @Test
  void aNumberedVisitDependsOnItsDeviceAndItsNumberAlone() {
    List<Entry> visits = NumberedVisits.visits("a", 1_000);

    for (int number = 999; number >= 0; number -= 7) {
      assertThat(NumberedVisits.visit("a", number)).isEqualTo(visits.get(number));
    }
    assertThat(visits).isSortedAccordingTo(Comparator.comparingDouble(Entry::visitTimeMillis));
    assertThat(visits.stream().map(Entry::visitId).distinct()).hasSize(1_000);
    assertThat(visits.stream().map(Entry::url).distinct()).hasSizeGreaterThan(990);
    assertThat(NumberedVisits.visits("b", 1_000)).doesNotContainAnyElementsOf(visits);
    assertThat(visits)
        .filteredOn(entry -> entry.title().contains(NumberedVisits.commonWord()))
        .hasSizeGreaterThan(10);
  }

  private static long sum(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).sum();
  }

  private double mean(Function<Entry, Integer> length) {
    return history.stream().mapToInt(length::apply).average().orElseThrow();
  }
}
