// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.List;
import java.util.Map;

/** The two kinds of databases that browsers keep their history in. */
enum Family {
  /** Chromium and its descendants: microseconds since 1601. */
  CHROMIUM(
      "History",
      -11_644_473_600_000_000L,
      "visits",
      "urls",
      "visit_time",
      "originator_cache_guid",
      """
      SELECT v.id, v.visit_time, v.from_visit, r.visit_time, v.transition & 255, %s, %s,
             length(u.url), CASE WHEN length(u.url) <= ? THEN u.url END, substr(u.title, 1, ?)
        FROM visits v LEFT JOIN urls u ON u.id = v.url LEFT JOIN visits r ON r.id = v.from_visit
       WHERE v.id > ? ORDER BY v.id LIMIT ?
      """),
  /** Firefox and its descendants: microseconds since 1970. */
  FIREFOX(
      "places.sqlite",
      0,
      "moz_historyvisits",
      "moz_places",
      "visit_date",
      "",
      """
      SELECT v.id, v.visit_date, v.from_visit, r.visit_date, v.visit_type, %s, %s,
             length(u.url), CASE WHEN length(u.url) <= ? THEN u.url END, substr(u.title, 1, ?)
        FROM moz_historyvisits v LEFT JOIN moz_places u ON u.id = v.place_id
             LEFT JOIN moz_historyvisits r ON r.id = v.from_visit
       WHERE v.id > ? ORDER BY v.id LIMIT ?
      """);

  /** Tells the steps of redirects and the like, which never get a title. */
  static final String HIDDEN_COLUMN = "hidden";

  /** The words of the browser extension API, by the core type that Chromium stores. */
  private static final List<String> CHROMIUM_WORDS =
      List.of(
          "link",
          "typed",
          "auto_bookmark",
          "auto_subframe",
          "manual_subframe",
          "generated",
          "auto_toplevel",
          "form_submit",
          "reload",
          "keyword",
          "keyword_generated");

  /**
   * The same words for what Firefox stores, from 1. The extension API knows neither redirects (5
   * permanent, 6 temporary) nor downloads (7): all of them are links that were followed.
   */
  private static final List<String> FIREFOX_WORDS =
      List.of(
          "link",
          "typed",
          "auto_bookmark",
          "auto_subframe",
          "link",
          "link",
          "link",
          "manual_subframe",
          "reload");

  final String file;
  final String visitTable;
  final String placeTable;
  final String timeColumn;
  final String originColumn;
  private final long epochMicros;
  private final String query;

  Family(
      String file,
      long epochMicros,
      String visitTable,
      String placeTable,
      String timeColumn,
      String originColumn,
      String query) {
    this.file = file;
    this.epochMicros = epochMicros;
    this.visitTable = visitTable;
    this.placeTable = placeTable;
    this.timeColumn = timeColumn;
    this.originColumn = originColumn;
    this.query = query;
  }

  /** Returns the query for a database that may lack the two newer columns. */
  String query(boolean hasHidden, boolean hasOrigin) {
    return query.formatted(
        hasHidden ? "u." + HIDDEN_COLUMN : "0",
        hasOrigin ? "length(coalesce(v." + originColumn + ", ''))" : "0");
  }

  /** Returns the columns without which nothing can be read, by table. */
  Map<String, List<String>> needed() {
    return this == CHROMIUM
        ? Map.of(
            "visits", List.of("id", "url", "visit_time", "from_visit", "transition"),
            "urls", List.of("id", "url", "title"))
        : Map.of(
            "moz_historyvisits",
                List.of("id", "from_visit", "place_id", "visit_date", "visit_type"),
            "moz_places", List.of("id", "url", "title"));
  }

  long unixMicros(long stored) {
    return stored + epochMicros;
  }

  String transition(int stored) {
    List<String> words = this == CHROMIUM ? CHROMIUM_WORDS : FIREFOX_WORDS;
    int index = this == CHROMIUM ? stored : stored - 1;
    return index >= 0 && index < words.size() ? words.get(index) : "link";
  }
}
