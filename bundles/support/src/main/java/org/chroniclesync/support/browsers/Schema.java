// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import java.util.Set;

/**
 * What the columns of a database tell of how its values are to be read.
 *
 * @param millis true if times are in milliseconds, as in Firefox for Android
 * @param hidden an expression: is the visit v of the page u one that the browser does not list?
 * @param origin an expression: who made the visit v? As {@link #origin(int)} reads it.
 */
record Schema(Family family, boolean millis, String hidden, String origin) {
  /** In which Chromium notes where visits came from that it did not make. */
  static final String SOURCE_TABLE = "visit_source";

  private static final long CHROMIUM_EPOCH_MICROS = -11_644_473_600_000_000L;

  /** The end of the year 9999; anything later is not a valid time. */
  private static final long MAX_MICROS = 253_402_300_800_000_000L;

  /** 1993-01-01, before the first browser of both families. */
  private static final long FIRST_BROWSER_MICROS = 725_846_400_000_000L;

  private static final int LATEST = 100;
  private static final int OWN = 0;
  private static final int OTHER_BROWSER = 1;

  /**
   * Chromium lists a visit if it ended its chain of redirects and was neither in a frame nor made
   * up for a keyword (3, 4, 10). Without any of the flags of a chain (start, redirects) it is not
   * known to be in one.
   */
  private static final String CHROMIUM_HIDDEN =
      "(v.transition & 255 IN (3, 4, 10)"
          + " OR (v.transition & 0x20000000 = 0 AND v.transition & 0xD0000000 <> 0))";

  /** Visits in frames, embedded (4) or followed there (8). */
  private static final String FIREFOX_HIDDEN = "v.visit_type IN (4, 8)";

  static Schema of(
      Family family,
      Set<String> visitColumns,
      Set<String> placeColumns,
      Set<String> sourceColumns) {
    return family == Family.CHROMIUM
        ? new Schema(family, false, CHROMIUM_HIDDEN, chromiumOrigin(visitColumns, sourceColumns))
        : new Schema(
            family,
            visitColumns.contains("is_local"),
            placeColumns.contains("hidden")
                ? "(" + FIREFOX_HIDDEN + " OR coalesce(u.hidden, 0) <> 0)"
                : FIREFOX_HIDDEN,
            visitColumns.contains("is_local") ? "(CASE WHEN v.is_local THEN 0 ELSE 2 END)" : "0");
  }

  /** Sync tells the originator; before, and in other imports, there is a source: 0 is sync. */
  private static String chromiumOrigin(Set<String> visitColumns, Set<String> sourceColumns) {
    String source =
        sourceColumns.containsAll(Set.of("id", "source"))
            ? "coalesce((SELECT CASE WHEN s.source = 0 THEN 2 WHEN s.source IN (3, 4, 5) THEN 1"
                + " ELSE 0 END FROM visit_source s WHERE s.id = v.id), 0)"
            : "0";
    return visitColumns.contains("originator_cache_guid")
        ? "(CASE WHEN coalesce(v.originator_cache_guid, '') <> '' THEN 2 ELSE " + source + " END)"
        : source;
  }

  static Visit.Origin origin(int value) {
    return switch (value) {
      case OWN -> Visit.Origin.OWN;
      case OTHER_BROWSER -> Visit.Origin.OTHER_BROWSER;
      default -> Visit.Origin.OTHER_DEVICE;
    };
  }

  private String fromBoth() {
    return " FROM "
        + family.visitTable
        + " v LEFT JOIN "
        + family.placeTable
        + " u ON u.id = v."
        + family.placeColumn;
  }

  private String kind() {
    return family == Family.CHROMIUM ? "v.transition & 255" : "v.visit_type";
  }

  /** Longest URL and title, the row before, how many. */
  String visits() {
    return "SELECT v.id, v."
        + family.timeColumn
        + ", v.from_visit, "
        + kind()
        + ", "
        + hidden
        + ", "
        + origin
        + ", v."
        + family.placeColumn
        + ", length(u.url), CASE WHEN length(u.url) <= ? THEN u.url END, substr(u.title, 1, ?)"
        + fromBoth()
        + " WHERE v.id > ? ORDER BY v.id LIMIT ?";
  }

  /** A row. */
  String referrer() {
    return "SELECT v."
        + family.timeColumn
        + ", v.from_visit, "
        + kind()
        + ", "
        + hidden
        + fromBoth()
        + " WHERE v.id = ?";
  }

  /** A row. */
  String timeOf() {
    return "SELECT " + family.timeColumn + " FROM " + family.visitTable + " WHERE id = ?";
  }

  /** The last row, how many. Returns the first row of so many. */
  String rowsBefore() {
    return "SELECT min(id) FROM (SELECT id FROM "
        + family.visitTable
        + " WHERE id <= ? ORDER BY id DESC LIMIT ?)";
  }

  String latestTimes() {
    return "SELECT "
        + family.timeColumn
        + " FROM "
        + family.visitTable
        + " ORDER BY id DESC LIMIT "
        + LATEST;
  }

  String unit() {
    return (millis ? "milliseconds" : "microseconds")
        + (family == Family.CHROMIUM ? " since 1601" : " since 1970");
  }

  /** Zero is what both families write when they do not know, whatever it would mean as a time. */
  long unixMicros(long stored) {
    if (stored <= 0 || stored > (millis ? Long.MAX_VALUE / 1_000 : Long.MAX_VALUE / 2)) {
      return 0;
    }
    long micros =
        millis
            ? stored * 1_000
            : family == Family.CHROMIUM ? stored + CHROMIUM_EPOCH_MICROS : stored;
    return micros > 0 && micros < MAX_MICROS ? micros : 0;
  }

  boolean isPlausible(long stored, long nowMillis) {
    long micros = unixMicros(stored);
    return micros >= FIRST_BROWSER_MICROS && micros / 1_000 <= nowMillis + Visit.MAX_AHEAD_MILLIS;
  }
}
