// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pause, and all stretches of time of which nothing is ever imported. Immutable.
 *
 * @param last the pause that began last, or null; only its end may lie ahead
 * @param forgotten what is to be forgotten, in the order of time
 */
record Pauses(@Nullable Stretch last, List<Stretch> forgotten) {
  private static final String LAST = "pause/last";
  private static final String FORGOTTEN = "pause/forgotten/";
  private static final int LINES_IN_A_MARK = 28;
  private static final int MARKS = 16;

  /** How many stretches may be forgotten; those that touch each other are one. */
  static final int MAX_FORGOTTEN = LINES_IN_A_MARK * MARKS;

  private static final Pattern FORM = Pattern.compile("(\\d{1,15}) (\\d{1,15}) (keep|forget)");

  Pauses {
    forgotten = List.copyOf(forgotten);
  }

  /** A stretch of time, its end left out. */
  record Stretch(long fromMillis, long untilMillis, boolean forgets) {
    @Override
    public String toString() {
      return fromMillis + " " + untilMillis + " " + (forgets ? "forget" : "keep");
    }

    static @Nullable Stretch of(@Nullable String text) {
      Matcher matcher = FORM.matcher(text == null ? "" : text);
      return matcher.matches()
          ? new Stretch(
              Long.parseLong(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              matcher.group(3).equals("forget"))
          : null;
    }
  }

  static Pauses of(Map<String, String> marks) {
    List<Stretch> forgotten = new ArrayList<>();
    for (int mark = 0; mark < MARKS; mark++) {
      for (String line : marks.getOrDefault(FORGOTTEN + mark, "").split("\n")) {
        Stretch stretch = Stretch.of(line);
        if (stretch != null) {
          forgotten.add(stretch);
        }
      }
    }
    return new Pauses(Stretch.of(marks.get(LAST)), forgotten);
  }

  /** Returns the marks that keep these where others were kept. */
  Map<String, String> marks(Map<String, String> before) {
    Map<String, String> marks = new LinkedHashMap<>();
    marks.put(LAST, last == null ? "" : last.toString());
    for (int mark = 0; mark < MARKS; mark++) {
      int from = Math.min(forgotten.size(), mark * LINES_IN_A_MARK);
      int until = Math.min(forgotten.size(), from + LINES_IN_A_MARK);
      String lines =
          String.join(
              "\n", forgotten.subList(from, until).stream().map(Stretch::toString).toList());
      if (!lines.equals(before.getOrDefault(FORGOTTEN + mark, ""))) {
        marks.put(FORGOTTEN + mark, lines);
      }
    }
    return marks;
  }

  /** Returns the pause that is under way. */
  @Nullable Stretch current(long nowMillis) {
    return last != null && last.fromMillis() <= nowMillis && nowMillis < last.untilMillis()
        ? last
        : null;
  }

  /** Returns these with an end of what is under way. */
  Pauses ended(long nowMillis) {
    Stretch current = current(nowMillis);
    if (current == null) {
      return this;
    }
    Stretch shorter = new Stretch(current.fromMillis(), nowMillis, current.forgets());
    List<Stretch> others = new ArrayList<>(forgotten);
    others.replaceAll(
        one ->
            one.fromMillis() <= nowMillis && one.untilMillis() == current.untilMillis()
                ? new Stretch(one.fromMillis(), nowMillis, true)
                : one);
    return new Pauses(shorter, current.forgets() ? others : forgotten);
  }

  /**
   * Returns these and another.
   *
   * @throws IllegalArgumentException if too many are to be forgotten
   */
  Pauses with(Stretch next) {
    List<Stretch> all = new ArrayList<>(forgotten);
    if (next.forgets()) {
      all.add(next);
    }
    List<Stretch> joined = joined(all);
    if (joined.size() > MAX_FORGOTTEN) {
      throw new IllegalArgumentException(
          MAX_FORGOTTEN
              + " stretches of time are forgotten already. Leave out --forget, or add a rule for"
              + " what must never be stored.");
    }
    return new Pauses(next, joined);
  }

  private static List<Stretch> joined(List<Stretch> all) {
    List<Stretch> sorted =
        all.stream().sorted(Comparator.comparingLong(Stretch::fromMillis)).toList();
    TreeMap<Long, Stretch> joined = new TreeMap<>();
    for (Stretch stretch : sorted) {
      Map.Entry<Long, Stretch> before = joined.lastEntry();
      if (before != null && before.getValue().untilMillis() >= stretch.fromMillis()) {
        long until = Math.max(before.getValue().untilMillis(), stretch.untilMillis());
        joined.put(before.getKey(), new Stretch(before.getKey(), until, true));
      } else {
        joined.put(stretch.fromMillis(), stretch);
      }
    }
    return List.copyOf(joined.values());
  }

  boolean forgot(double visitMillis) {
    return forgotten.stream()
        .anyMatch(one -> one.fromMillis() <= visitMillis && visitMillis < one.untilMillis());
  }
}
