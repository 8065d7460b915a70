// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates as people say them. */
final class SpokenDate {
  private static final int MAX_CHARS = 40;
  private static final int LEAST_LETTERS = 3;

  private final LocalDate today;

  private SpokenDate(LocalDate today) {
    this.today = today;
  }

  /**
   * Returns the moment when what was said begins.
   *
   * @param said such as "last week"
   * @param now when and where it was said
   * @return null if it is not a date
   */
  static @Nullable ZonedDateTime start(String said, ZonedDateTime now) {
    if (said.length() > MAX_CHARS) {
      return null;
    }
    String text = said.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    try {
      if (text.matches("\\d{4}-\\d\\d?-\\d\\d?t\\d\\d:\\d\\d(:\\d\\d)?")) {
        return LocalDateTime.parse(text.toUpperCase(Locale.ROOT)).atZone(now.getZone());
      }
      LocalDate day = new SpokenDate(now.toLocalDate()).day(text);
      return day == null ? null : day.atStartOfDay(now.getZone());
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private @Nullable LocalDate day(String text) {
    if (text.matches("\\d{4}([-/]\\d\\d?){0,2}")) {
      return number(text.split("[-/]"));
    }
    String[] words = text.split(" ");
    return switch (words.length) {
      case 1 -> word(text);
      case 2 -> two(words[0], words[1]);
      case 3 -> words[2].equals("ago") ? ago(words[0], words[1]) : null;
      default -> null;
    };
  }

  private static LocalDate number(String[] parts) {
    int year = Integer.parseInt(parts[0]);
    if (parts.length == 1) {
      return Year.of(year).atDay(1);
    }
    YearMonth month = YearMonth.of(year, Integer.parseInt(parts[1]));
    return month.atDay(1).withDayOfMonth(parts.length == 2 ? 1 : Integer.parseInt(parts[2]));
  }

  private @Nullable LocalDate word(String word) {
    return switch (word) {
      case "today" -> today;
      case "yesterday" -> today.minusDays(1);
      case "tomorrow" -> today.plusDays(1);
      default -> latest(word);
    };
  }

  private @Nullable LocalDate latest(String name) {
    DayOfWeek day = named(DayOfWeek.values(), name);
    if (day != null) {
      return today.with(TemporalAdjusters.previousOrSame(day));
    }
    Month month = named(Month.values(), name);
    return month == null ? null : last(month, today);
  }

  private static LocalDate last(Month month, LocalDate today) {
    int year = today.getYear() - (month.compareTo(today.getMonth()) > 0 ? 1 : 0);
    return LocalDate.of(year, month, 1);
  }

  private @Nullable LocalDate two(String which, String what) {
    if (what.matches("\\d{4}")) {
      Month month = named(Month.values(), which);
      return month == null ? null : LocalDate.of(Integer.parseInt(what), month, 1);
    }
    boolean last = List.of("last", "past", "previous").contains(which);
    if (!last && !which.equals("this")) {
      return null;
    }
    ChronoUnit unit = unit(what);
    if (unit != null) {
      LocalDate start = startOf(unit);
      return last ? start.minus(1, unit) : start;
    }
    return last ? lastNamed(what) : word(what);
  }

  /** "Last Monday", said on a Monday, is a week ago. */
  private @Nullable LocalDate lastNamed(String what) {
    DayOfWeek day = named(DayOfWeek.values(), what);
    if (day != null) {
      return today.with(TemporalAdjusters.previous(day));
    }
    Month month = named(Month.values(), what);
    return month == null ? null : last(month, today.minusMonths(1));
  }

  private @Nullable LocalDate ago(String count, String what) {
    ChronoUnit unit = unit(what);
    if (unit == null || !count.matches("\\d{1,4}|an?|one|two|three")) {
      return null;
    }
    int number =
        switch (count) {
          case "a", "an", "one" -> 1;
          case "two" -> 2;
          case "three" -> 3;
          default -> Integer.parseInt(count);
        };
    return today.minus(number, unit);
  }

  private LocalDate startOf(ChronoUnit unit) {
    return switch (unit) {
      case WEEKS -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTHS -> today.withDayOfMonth(1);
      case YEARS -> today.withDayOfYear(1);
      default -> today;
    };
  }

  private static @Nullable ChronoUnit unit(String word) {
    return switch (word) {
      case "day", "days" -> ChronoUnit.DAYS;
      case "week", "weeks" -> ChronoUnit.WEEKS;
      case "month", "months" -> ChronoUnit.MONTHS;
      case "year", "years" -> ChronoUnit.YEARS;
      default -> null;
    };
  }

  /** By its name or the beginning of it. */
  private static <E extends Enum<E>> @Nullable E named(E[] all, String word) {
    for (E one : all) {
      if (word.length() >= LEAST_LETTERS && one.name().toLowerCase(Locale.ROOT).startsWith(word)) {
        return one;
      }
    }
    return null;
  }
}
