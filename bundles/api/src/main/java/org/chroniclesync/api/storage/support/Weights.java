// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.List;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/** What counts how much in a rank. Nobody has to use it. Safe for any thread. */
@ProviderType
public final class Weights {
  /** What a word counts in the title. */
  public static final double TITLE = 8;

  /** What a word counts in the URL. */
  public static final double URL = 4;

  /** What a word counts in the summary. */
  public static final double SUMMARY = 1;

  /** The constant k1 of the bm25() of FTS5. */
  private static final double K1 = 1.2;

  /** How much a visit of this moment gains over one of long ago. */
  private static final double RECENCY_GAIN = 1;

  private static final double HALF_LIFE_MILLIS = 30.0 * 24 * 60 * 60 * 1000;

  /** How much a page gains each time that its visits double. */
  private static final double FREQUENCY_GAIN = 0.1;

  private static final int MOST_DOUBLINGS = 10;

  private Weights() {}

  /** Returns how often a term stands in title, URL and summary, each by its weight. */
  static double frequency(Term term, List<List<Word>> fields) {
    double title = TITLE * term.count(fields.get(0));
    double url = URL * term.count(fields.get(1));
    return switch (term.field()) {
      case ANY -> title + url + SUMMARY * term.count(fields.get(2));
      case TITLE -> title;
      case URL -> url;
    };
  }

  static double saturated(double frequency) {
    return frequency * (K1 + 1) / (frequency + K1);
  }

  /**
   * Rates a page.
   *
   * @param text the rating of its text, greater than 0
   * @param visits how many of its visits answer the question
   * @param newestMillis when the newest of them was
   * @param nowMillis when the question was asked
   * @return greater is better
   */
  public static double page(double text, long visits, double newestMillis, long nowMillis) {
    double age = Math.max(0, (double) nowMillis - newestMillis) / HALF_LIFE_MILLIS;
    double doublings = Math.min(MOST_DOUBLINGS, Math.log((double) visits) / Math.log(2));
    return text * (1 + RECENCY_GAIN * Math.pow(2, -age)) * (1 + FREQUENCY_GAIN * doublings);
  }
}
