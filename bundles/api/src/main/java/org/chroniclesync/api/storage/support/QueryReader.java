// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.support.Filter.Kind;
import org.chroniclesync.api.storage.support.Query.Field;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words.Word;
import org.jspecify.annotations.Nullable;

/** Reads one question. What is not an operator with a value that it can take is text. */
final class QueryReader {
  /** An operator, then a phrase up to its closing quotation mark or all up to a blank. */
  private static final Pattern PART =
      Pattern.compile(
          "(?U)(?<no>-(?=[\\w\"]))?(?:(?<name>[a-zA-Z]{3,7}):(?=\\S))?"
              + "(?:\"(?<phrase>[^\"]*)\"|(?<plain>\\S+))");

  private static final Map<String, Kind> FILTERS =
      Map.of("site", Kind.SITE, "device", Kind.DEVICE, "browser", Kind.BROWSER);
  private static final Map<String, Field> FIELDS = Map.of("title", Field.TITLE, "url", Field.URL);

  private final String text;
  private final ZonedDateTime now;
  private final Map<DeviceId, String> names;
  private final Set<Term> terms = new LinkedHashSet<>();
  private final Set<Term> excluded = new LinkedHashSet<>();
  private final Set<Filter> filters = new LinkedHashSet<>();
  private double from = -Double.MAX_VALUE;
  private double until = Double.MAX_VALUE;

  QueryReader(Search search) {
    // Typed on some keyboards, and pasted from texts.
    this.text = search.text().strip().replaceAll("[“”„«»]", "\"");
    this.now = search.now();
    this.names = search.names();
  }

  Query read() {
    Matcher part = PART.matcher(text);
    int at = 0;
    while (part.find(at)) {
      at = read(part);
    }
    return new Query(List.copyOf(terms), List.copyOf(excluded), List.copyOf(filters), from, until);
  }

  /** Returns where the next part begins. */
  private int read(Matcher part) {
    boolean no = part.group("no") != null;
    String typedName = part.group("name");
    String name = typedName == null ? "" : typedName.toLowerCase(Locale.ROOT);
    String phrase = part.group("phrase");
    String value = phrase == null ? part.group("plain") : phrase;
    Kind kind = FILTERS.get(name);
    Field field = FIELDS.get(name);
    int end = readDate(part, name);
    if (end >= 0) {
      return end;
    }
    if (kind != null && !Words.in(value).isEmpty()) {
      filters.add(Filter.of(kind, value, no, names));
    } else if (typedName == null || field != null) {
      readTerm(field == null ? Field.ANY : field, value, phrase != null, no, part.end());
    } else {
      readTerm(Field.ANY, typedName + " " + value, false, no, part.end());
    }
    return part.end();
  }

  private void readTerm(Field field, String value, boolean phrase, boolean no, int end) {
    // A phrase stands in the index with all forms of its words between each other.
    List<Word> words = phrase ? Words.in(value) : Words.asked(value);
    boolean mayGoOn = !phrase && !no && end == text.length();
    if (no) {
      excluded.addAll(inARow(field, words, false));
    } else if (phrase) {
      terms.addAll(inARow(field, words, false));
    } else {
      int start = 0;
      for (int i = 1; i <= words.size(); i++) {
        if (i == words.size() || !words.get(i - 1).adjoins(words.get(i))) {
          terms.addAll(inARow(field, words.subList(start, i), mayGoOn && i == words.size()));
          start = i;
        }
      }
    }
  }

  private static List<Term> inARow(Field field, List<Word> words, boolean prefix) {
    List<String> row = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (i > 0 && Query.isGap(words.get(i - 1), words.get(i))) {
        row.add(Query.GAP);
      }
      row.add(words.get(i).folded());
    }
    return row.isEmpty() ? List.of() : List.of(new Term(field, row, prefix));
  }

  /** Returns where the next part begins, or -1 if this one is not a date. */
  private int readDate(Matcher part, String name) {
    boolean before = name.equals("before");
    if (part.group("no") != null || !(before || name.equals("after"))) {
      return -1;
    }
    String phrase = part.group("phrase");
    String first = phrase == null ? part.group("plain") : phrase;
    // "last week" and "3 days ago" go over blanks; the longest that is a date is meant.
    List<Integer> ends = new ArrayList<>(List.of(part.end()));
    Matcher more = Pattern.compile("\\s+\\w+").matcher(text);
    while (phrase == null && ends.size() < 3 && more.find(ends.get(ends.size() - 1))) {
      if (more.start() != ends.get(ends.size() - 1)) {
        break;
      }
      ends.add(more.end());
    }
    for (int i = ends.size() - 1; i >= 0; i--) {
      Double date = start(first + text.substring(part.end(), ends.get(i)));
      if (date != null) {
        from = before ? from : Math.max(from, date);
        until = before ? Math.min(until, date) : until;
        return ends.get(i);
      }
    }
    return -1;
  }

  private @Nullable Double start(String said) {
    ZonedDateTime start = SpokenDate.start(said, now);
    return start == null ? null : (Double) (double) start.toInstant().toEpochMilli();
  }
}
