// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object, or the fields of a line, as far as a format has them: texts, numbers,
 * truth values and lists of numbers. Their types are what a stranger made them.
 */
final class Row {
  private static final DateTimeFormatter SPACED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private static final String UTC = " UTC";

  private final Map<String, Object> values = new HashMap<>();

  void put(String name, Object value) {
    values.put(name, value);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  boolean hasAll(String... names) {
    return List.of(names).stream().allMatch(values::containsKey);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  String text(String name) {
    return values.get(name) instanceof String text ? text : "";
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /** Returns a number, also one that is written as text; NaN if there is none. */
  double number(String name) {
    Object value = values.get(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    return value instanceof String text ? number(text, Double.NaN) : Double.NaN;
  }

  @SuppressWarnings("unchecked") // only lists of numbers are put in
  List<Double> numbers(String name) {
    return values.get(name) instanceof List<?> list ? (List<Double>) list : List.of();
  }

  @Nullable Object value(String name) {
    return values.get(name);
  }

  /**
   * Returns a time, written as a number or as a date with its zone.
   *
   * @return microseconds since 1970, or 0 if it is none
   * @throws UnreadableException if the unit or the zone cannot be told
   */
  long micros(String name, Clock clock) throws UnreadableException {
    double number = number(name);
    if (!Double.isNaN(number)) {
      return clock.micros(number);
    }
    String text = text(name).strip();
    return text.isEmpty() ? 0 : micros(text);
  }

  private static long micros(String text) throws UnreadableException {
    try {
      if (text.endsWith(UTC)) {
        String local = text.substring(0, text.length() - UTC.length());
        return micros(LocalDateTime.parse(local, SPACED).toInstant(ZoneOffset.UTC));
      }
      return micros(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
    } catch (DateTimeException e) {
      throw new UnreadableException(
          "Its times are written as \""
              + Texts.shown(text, 40)
              + "\", without a time zone or in an order that cannot be told; nothing of it is"
              + " imported. Write them as 2026-11-30T18:00:00Z, or with +01:00 in place of the Z.");
    }
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  private static double number(String text, double absent) {
    if (text.isEmpty() || text.length() > 400 || !text.matches("[-+]?[0-9]+([.][0-9]+)?")) {
      return absent;
    }
    return Double.parseDouble(text);
  }
}
