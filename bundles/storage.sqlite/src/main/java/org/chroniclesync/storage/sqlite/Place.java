// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

/**
 * Where the texts of a page stand in the index: the pages that gain most by their visits first, and
 * of these the one that was visited last. So a search reads the best pages first, and can tell when
 * no other may be better. A place is the part of a row's number in front of the text's.
 */
final class Place {
  /** The numbers of texts are below this. */
  static final long TEXTS = 1L << 36;

  /** How many ranges there are. */
  static final int GRADES = 5;

  private static final int GRADE_SHIFT = 60;
  private static final int HOUR_SHIFT = 36;
  private static final long MAX_HOUR = (1L << (GRADE_SHIFT - HOUR_SHIFT)) - 1;
  private static final double HOUR_MILLIS = 3_600_000;

  /** By so much a page may have been visited later than its place says. */
  private static final long SLACK_HOURS = 7 * 24;

  /** The fewest visits of a page of each grade; few grades, so that a page seldom moves. */
  private static final long[] LEAST_VISITS = {128, 16, 4, 2, 1};

  private static final long ANY_NUMBER = Long.MAX_VALUE;

  private Place() {}

  static long of(long visits, double newestMillis) {
    return first(grade(visits)) | ((MAX_HOUR - hour(newestMillis)) << HOUR_SHIFT);
  }

  private static int grade(long visits) {
    int grade = 0;
    while (grade < GRADES - 1 && visits < LEAST_VISITS[grade]) {
      grade++;
    }
    return grade;
  }

  private static long hour(double millis) {
    return Math.min(MAX_HOUR, (long) Math.max(0, millis / HOUR_MILLIS));
  }

  private static int gradeOf(long place) {
    return (int) (place >>> GRADE_SHIFT);
  }

  private static long hourOf(long place) {
    return MAX_HOUR - ((place >>> HOUR_SHIFT) & MAX_HOUR);
  }

  /** Tells whether a page must move, because a search would look for it earlier. */
  static boolean isLate(long place, long visits, double newestMillis) {
    return grade(visits) < gradeOf(place) || hour(newestMillis) > hourOf(place) + SLACK_HOURS;
  }

  /** The first place of a grade. */
  static long first(int grade) {
    return (long) grade << GRADE_SHIFT;
  }

  /** The last row's number of a grade. */
  static long last(int grade) {
    return ((grade + 1L) << GRADE_SHIFT) - 1;
  }

  /** Returns how many visits the page has at most, and all that stand behind it in its grade. */
  static long mostVisits(long place) {
    int grade = gradeOf(place);
    return grade == 0 ? ANY_NUMBER : LEAST_VISITS[grade - 1] - 1;
  }

  /** Returns the time that no visit of the page reaches, nor of those behind it in its grade. */
  static double latestMillis(long place) {
    long hour = hourOf(place);
    return hour == MAX_HOUR ? Double.MAX_VALUE : (hour + 1 + SLACK_HOURS) * HOUR_MILLIS;
  }
}
