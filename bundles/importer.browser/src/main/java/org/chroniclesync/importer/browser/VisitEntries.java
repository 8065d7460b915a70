// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.Optional;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.SkipReason;

/** Makes entries of the visits of one profile, always the same of the same. */
record VisitEntries(Family family, Device device, Exclusions exclusions) {
  /** A visit later than this after now has a wrong time. */
  static final long MAX_AHEAD_MILLIS = 86_400_000;

  /** The end of the year 9999; anything later is not a valid time. */
  private static final long MAX_MICROS = 253_402_300_800_000_000L;

  private static final String NO_REFERRER = "0";
  private static final int ID_CHARS = 8;
  private static final int ID_FROM = "cs-".length();

  /** Returns the reason to skip a visit, if there is one. */
  Optional<SkipReason> skipped(Visit visit) {
    if (visit.foreign()) {
      return Optional.of(SkipReason.OTHER_DEVICE);
    }
    if (visit.urlChars() == 0) {
      return Optional.of(SkipReason.MALFORMED);
    }
    String url = visit.url();
    if (url == null || url.length() > Bounds.MAX_URL_CHARS) {
      return Optional.of(SkipReason.URL_TOO_LONG);
    }
    return isTime(visit.storedTime()) ? exclusions.reason(url) : Optional.of(SkipReason.BAD_TIME);
  }

  private boolean isTime(long stored) {
    // Zero is what both families write when they do not know, whatever it would mean as a time.
    return stored > 0
        && stored < Long.MAX_VALUE / 2
        && family.unixMicros(stored) > 0
        && family.unixMicros(stored) < MAX_MICROS;
  }

  /** Makes the entry of a visit that is not skipped. */
  Entry entry(Visit visit, long nowMillis) {
    String url = visit.url();
    if (url == null) {
      throw new IllegalArgumentException("a visit without a URL is skipped");
    }
    long micros = family.unixMicros(visit.storedTime());
    return new Entry(
        device,
        visitId(visit.row(), micros),
        url,
        Profile.cut(visit.title(), Bounds.MAX_TITLE_CHARS),
        micros / 1000.0,
        referrer(visit),
        family.transition(visit.transition()),
        lastModified(micros / 1000, nowMillis),
        false,
        null,
        UnknownFields.NONE);
  }

  /**
   * The time of the visit itself, so that importing again makes the same version. A clock that was
   * far ahead must not make a version that nobody can ever replace or delete.
   */
  private static long lastModified(long visitMillis, long nowMillis) {
    return visitMillis > nowMillis + MAX_AHEAD_MILLIS ? 0 : visitMillis;
  }

  /**
   * A name that no other visit of any device has: existing clients key by it alone. The time is in
   * it because Firefox gives the numbers of deleted rows again.
   */
  private String visitId(long row, long unixMicros) {
    return device.id().value().substring(ID_FROM, ID_FROM + ID_CHARS)
        + "-"
        + row
        + "-"
        + Long.toString(unixMicros, Character.MAX_RADIX);
  }

  private String referrer(Visit visit) {
    return visit.fromRow() > 0 && isTime(visit.fromStoredTime())
        ? visitId(visit.fromRow(), family.unixMicros(visit.fromStoredTime()))
        : NO_REFERRER;
  }
}
