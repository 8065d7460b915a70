// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.testkits.history.NumberedVisits;

/**
 * Ten years of somebody who has favourites: each fourth visit is to a page not seen before, most
 * others go by Zipf's law to those seen first, and the rest to those of late.
 */
final class Browsing {
  private static final long BEGIN_MILLIS = 1_480_000_000_000L;
  private static final int SPAN_DAYS = 3_650;
  private static final double SPAN_MILLIS = SPAN_DAYS * 24.0 * 60 * 60 * 1_000;
  private static final double NEW = 0.25;
  private static final double OF_LATE = 0.5;
  private static final int LATELY = 200;
  private static final int DEVICES = 4;
  private static final double ZIPF = 0.95;

  private final Random random = new Random(7);
  private final int visits;
  private final List<Entry> pages = new ArrayList<>();
  private final Map<String, Integer> words = new HashMap<>();
  private int number;

  Browsing(int visits) {
    this.visits = visits;
  }

  /** Makes the visits that come next. */
  List<Entry> next(int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(next());
    }
    return entries;
  }

  private Entry next() {
    double kind = random.nextDouble();
    if (kind < NEW || pages.isEmpty()) {
      Entry page = NumberedVisits.visit("page", pages.size());
      pages.add(page);
      for (String word : page.title().toLowerCase(Locale.ROOT).split("[^a-z]+")) {
        if (word.length() > 2) {
          words.merge(word, 1, Integer::sum);
        }
      }
      return visit(page);
    }
    int back = pages.size() - 1 - random.nextInt(Math.min(LATELY, pages.size()));
    return visit(pages.get(kind < OF_LATE ? back : favourite()));
  }

  /** By the inverse of the distribution, which for a rank r is about r to the power of 1 - ZIPF. */
  private int favourite() {
    double most = Math.pow(pages.size(), 1 - ZIPF);
    double rank = Math.pow(1 + random.nextDouble() * (most - 1), 1 / (1 - ZIPF));
    return (int) Math.min(pages.size() - 1.0, rank - 1);
  }

  private Entry visit(Entry page) {
    Entry on = NumberedVisits.visit("device-" + random.nextInt(DEVICES), number++);
    double time = BEGIN_MILLIS + SPAN_MILLIS * number / visits;
    return new Entry(
        on.device(),
        on.visitId(),
        page.url(),
        page.title(),
        time,
        "0",
        "link",
        (long) time,
        false,
        page.page(),
        page.unknown());
  }

  int pages() {
    return pages.size();
  }

  Entry page(int at) {
    return pages.get(at);
  }

  /** Returns the words of titles, the most common first. */
  List<String> words() {
    return words.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
