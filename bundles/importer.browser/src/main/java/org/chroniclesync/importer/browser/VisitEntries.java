// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.Optional;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.support.browsers.Family;
import org.chroniclesync.support.browsers.Visit;

/**
 * Makes entries of the visits of one profile, always the same of the same: the version is of the
 * time of the visit.
 */
record VisitEntries(Family family, Device device, Exclusions exclusions, Consent.Now allowed) {
  private static final String NO_REFERRER = "0";

  /** Returns the reason to skip a visit, if there is one. */
  Optional<SkipReason> skipped(Visit visit, long nowMillis) {
    if (visit.origin() == Visit.Origin.OTHER_DEVICE) {
      return Optional.of(SkipReason.OTHER_DEVICE);
    }
    if (visit.hidden()) {
      return Optional.of(SkipReason.HIDDEN);
    }
    if (visit.urlChars() == 0) {
      return Optional.of(SkipReason.MALFORMED);
    }
    String url = visit.url();
    if (url == null || url.length() > Bounds.MAX_URL_CHARS) {
      return Optional.of(SkipReason.URL_TOO_LONG);
    }
    if (visit.micros() == 0) {
      return Optional.of(SkipReason.BAD_TIME);
    }
    return visit.micros() / 1_000 > nowMillis + Visit.MAX_AHEAD_MILLIS
        ? Optional.of(SkipReason.FUTURE)
        : exclusions
            .reason(url)
            .or(() -> allowed.reason(url, visit.micros() / 1000.0, device.id()));
  }

  /** Makes the entry of a visit that is not skipped. */
  Entry entry(Visit visit) {
    String url = visit.url();
    if (url == null) {
      throw new IllegalArgumentException("a visit without a URL is skipped");
    }
    long micros = visit.micros();
    return new Entry(
        device,
        visitId(visit.row(), micros),
        url,
        Profile.cut(visit.title(), Bounds.MAX_TITLE_CHARS),
        micros / 1000.0,
        referrer(visit),
        family.transition(visit.transition()),
        micros / 1000,
        false,
        null,
        UnknownFields.NONE);
  }

  /** Returns the name that the entry of a visit has, or would have. */
  EntryId id(Visit visit) {
    return new EntryId(device.id(), visitId(visit.row(), visit.micros()));
  }

  private String visitId(long row, long unixMicros) {
    return VisitName.of(device.id(), row, unixMicros).toString();
  }

  private String referrer(Visit visit) {
    Visit.Referrer referrer = visit.referrer();
    return referrer == null ? NO_REFERRER : visitId(referrer.row(), referrer.micros());
  }
}
