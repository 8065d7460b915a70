// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One visit to one page, or its tombstone. Two entries with the same {@link #id()} are versions of
 * one visit; {@link Precedence} says which of them stands.
 *
 * @param device who recorded the visit, as it was then
 * @param visitId the visit's name on that device, 1 to {@value Bounds#MAX_ID_CHARS} characters
 * @param url at most {@value Bounds#MAX_URL_CHARS} characters
 * @param title at most {@value Bounds#MAX_TITLE_CHARS} characters; may be empty
 * @param visitTimeMillis milliseconds since 1970, with fractions
 * @param referringVisitId the visit that led here on the same device, or "" or "0" for none
 * @param transition how the visit came about, in the words of the browser extension API ({@code
 *     link}, {@code typed}, …)
 * @param lastModifiedMillis when this version was made, milliseconds since 1970
 * @param deleted true for a tombstone
 * @param page what was made of the page's content, or null
 * @param unknown members that this version does not know
 */
@ProviderType
public record Entry(
    Device device,
    String visitId,
    String url,
    String title,
    double visitTimeMillis,
    String referringVisitId,
    String transition,
    long lastModifiedMillis,
    boolean deleted,
    @Nullable PageSummary page,
    UnknownFields unknown) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a field is outside {@link Bounds}
   */
  public Entry {
    Bounds.id("visitId", visitId);
    Bounds.text("url", url, Bounds.MAX_URL_CHARS);
    Bounds.text("title", title, Bounds.MAX_TITLE_CHARS);
    Bounds.finite("visitTime", visitTimeMillis);
    Bounds.text("referringVisitId", referringVisitId, Bounds.MAX_ID_CHARS);
    Bounds.text("transition", transition, Bounds.MAX_FIELD_CHARS);
  }

  /**
   * Returns what names this visit among all visits of all devices.
   *
   * @return the identity
   */
  public EntryId id() {
    return new EntryId(device.id(), visitId);
  }

  /**
   * Returns the same entry as a version made at another time.
   *
   * @param millis milliseconds since 1970
   * @return a copy
   */
  public Entry withLastModified(long millis) {
    return millis == lastModifiedMillis
        ? this
        : new Entry(
            device,
            visitId,
            url,
            title,
            visitTimeMillis,
            referringVisitId,
            transition,
            millis,
            deleted,
            page,
            unknown);
  }

  /**
   * Returns the tombstone of this visit.
   *
   * @param atMillis when it was deleted, milliseconds since 1970
   * @return a copy with neither title nor page
   */
  public Entry tombstone(long atMillis) {
    return new Entry(
        device,
        visitId,
        url,
        "",
        visitTimeMillis,
        referringVisitId,
        transition,
        atMillis,
        true,
        null,
        unknown);
  }
}
