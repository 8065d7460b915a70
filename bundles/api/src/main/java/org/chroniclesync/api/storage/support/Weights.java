// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.List;
import org.chroniclesync.api.storage.support.Query.Field;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What counts how much in a rank. How often a word stands in a field does not count, so that what a
 * page counts at best is known before its text is read, and common pages reach it: a search of an
 * index can end early. Nobody has to use it. Safe for any thread.
 */
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

  /** Returns what a term counts that stands in these fields; 0 if it stands in none. */
  static double term(Term term, List<List<Word>> fields) {
    Field asked = term.field();
    double weight = 0;
    if (asked != Field.URL && term.standsIn(fields.get(0))) {
      weight += TITLE;
    }
    if (asked != Field.TITLE && term.standsIn(fields.get(1))) {
      weight += URL;
    }
    if (asked == Field.ANY && term.standsIn(fields.get(2))) {
      weight += SUMMARY;
    }
    return saturated(weight);
  }

  /**
   * Returns what the text of a page counts at best.
   *
   * @param query the question
   * @return no {@link Query#rate rating} is greater
   */
  public static double best(Query query) {
    double best = 0;
    for (Term term : query.terms()) {
      best +=
          saturated(
              switch (term.field()) {
                case ANY -> TITLE + URL + SUMMARY;
                case TITLE -> TITLE;
                case URL -> URL;
              });
    }
    return query.terms().isEmpty() ? 1 : best;
  }

  private static double saturated(double weight) {
    return weight * (K1 + 1) / (weight + K1);
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
