// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The two kinds of databases that browsers keep their history in. */
public enum Family {
  /** Chromium and its descendants: microseconds since 1601. */
  CHROMIUM("History", "visits", "urls", "visit_time", "url"),
  /** Firefox and its descendants: microseconds, on Android milliseconds, since 1970. */
  FIREFOX("places.sqlite", "moz_historyvisits", "moz_places", "visit_date", "place_id");

  private static final List<String> FIREFOX_NAMES =
      List.of(
          "firefox",
          "fenix",
          "floorp",
          "icecat",
          "librewolf",
          "mullvad",
          "pale moon",
          "seamonkey",
          "tor browser",
          "waterfox",
          "zen");

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

  /** The name of the database in a profile. */
  public final String file;

  /** The table with a row a visit. */
  public final String visitTable;

  /** The table with a row a page. */
  public final String placeTable;

  /** When, in the table of visits. */
  public final String timeColumn;

  /** Which page, in the table of visits. */
  public final String placeColumn;

  Family(String file, String visitTable, String placeTable, String timeColumn, String placeColumn) {
    this.file = file;
    this.visitTable = visitTable;
    this.placeTable = placeTable;
    this.timeColumn = timeColumn;
    this.placeColumn = placeColumn;
  }

  /**
   * Returns for how many days at least the browser keeps a visit, whatever there is, but for those
   * older than all that it keeps: Chromium drops what is older than 90 days. Firefox has a number
   * of pages, beyond which it drops the oldest visits; and from 60 days on also younger ones to
   * long addresses, and downloads. Both less a margin for time zones.
   */
  public int keepsDays() {
    return this == CHROMIUM ? 88 : 58;
  }

  /** Returns the columns without which nothing can be read, by table. */
  public Map<String, List<String>> needed() {
    return this == CHROMIUM
        ? Map.of(
            "visits", List.of("id", "url", "visit_time", "from_visit", "transition"),
            "urls", List.of("id", "url", "title"))
        : Map.of(
            "moz_historyvisits",
                List.of("id", "from_visit", "place_id", "visit_date", "visit_type"),
            "moz_places", List.of("id", "url", "title"));
  }

  /** Returns the family of a browser by its name, which is all that an entry tells of it. */
  public static Family ofBrowser(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return FIREFOX_NAMES.stream().anyMatch(lower::contains) ? FIREFOX : CHROMIUM;
  }

  /** Returns the word of the browser extension API for what a database holds. */
  public String transition(int stored) {
    List<String> words = this == CHROMIUM ? CHROMIUM_WORDS : FIREFOX_WORDS;
    int index = this == CHROMIUM ? stored : stored - 1;
    return index >= 0 && index < words.size() ? words.get(index) : "link";
  }
}
