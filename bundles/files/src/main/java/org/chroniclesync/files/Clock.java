// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chroniclesync.support.browsers.Visit;
import org.jspecify.annotations.Nullable;

/**
 * Turns the numbers of a file into times. Which unit they have is proved, not guessed: it is the
 * only one of those that the format may have in which the first of them makes sense. For one
 * thread.
 */
final class Clock {
  /** As many numbers that make no sense, and none before that does, are no accident. */
  static final int MAX_SENSELESS = 100;

  private static final double FIRST_BROWSER_MICROS = 725_846_400e6; // 1993-01-01
  private static final double MAX_MICROS = 253_402_300_800e6; // the year 10000

  private final Set<Unit> candidates;
  private final double latestMicros;
  private @Nullable Unit unit;
  private int senseless;

  /** How a number counts time. */
  enum Unit {
    SECONDS("seconds since 1970", 1e6, 0),
    MILLIS("milliseconds since 1970", 1e3, 0),
    MICROS("microseconds since 1970", 1, 0),
    NANOS("nanoseconds since 1970", 1e-3, 0),
    MICROS_SINCE_1601("microseconds since 1601", 1, -11_644_473_600e6),
    SECONDS_SINCE_2001("seconds since 2001", 1e6, 978_307_200e6);

    private final String words;
    private final double micros;
    private final double epoch;

    Unit(String words, double micros, double epoch) {
      this.words = words;
      this.micros = micros;
      this.epoch = epoch;
    }

    /** Exact for whole microseconds up to the year 2255. */
    private double toMicros(double number) {
      return Math.rint(number * micros) + epoch;
    }
  }

  Clock(Set<Unit> candidates, long nowMillis) {
    this.candidates = EnumSet.copyOf(candidates);
    latestMicros = (nowMillis + Visit.MAX_AHEAD_MILLIS) * 1e3;
  }

  static Clock of(Unit unit, long nowMillis) {
    return new Clock(Set.of(unit), nowMillis);
  }

  /** For a format that does not say. */
  static Clock ofAny(long nowMillis) {
    return new Clock(EnumSet.complementOf(EnumSet.of(Unit.SECONDS_SINCE_2001)), nowMillis);
  }

  /**
   * Returns a time.
   *
   * @return microseconds since 1970, or 0 if that is no time
   * @throws UnreadableException if the unit cannot be told
   */
  long micros(double number) throws UnreadableException {
    if (unit == null) {
      unit = prove(number);
    }
    Unit known = unit;
    if (known == null || number <= 0) {
      return 0;
    }
    double micros = known.toMicros(number);
    return micros > 0 && micros < MAX_MICROS ? (long) micros : 0;
  }

  private @Nullable Unit prove(double number) throws UnreadableException {
    List<Unit> plausible = candidates.stream().filter(one -> isPlausible(one, number)).toList();
    if (plausible.size() > 1) {
      throw new UnreadableException(
          "Its times may be " + words(plausible, " or ") + "; nothing of it is imported.");
    }
    if (plausible.isEmpty() && number > 0 && ++senseless >= MAX_SENSELESS) {
      throw new UnreadableException(
          "Its times make no sense in "
              + words(List.copyOf(candidates), " or ")
              + "; nothing of it is imported.");
    }
    return plausible.isEmpty() ? null : plausible.get(0);
  }

  private boolean isPlausible(Unit candidate, double number) {
    double micros = candidate.toMicros(number);
    return micros >= FIRST_BROWSER_MICROS && micros <= latestMicros;
  }

  private static String words(List<Unit> units, String between) {
    return units.stream().map(one -> one.words).collect(Collectors.joining(between));
  }
}
