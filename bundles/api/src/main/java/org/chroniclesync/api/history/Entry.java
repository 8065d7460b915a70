// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One visit to one page, or its tombstone. Two entries with the same {@link #id()} are versions of
 * one visit; {@link Precedence} says which of them stands.
 *
 * <p>A tombstone holds the identity of the visit and when it was deleted, and nothing else,
 * whatever the constructor is given: the texts are empty, the page is null, nothing is unknown, and
 * of the device only the id is left. Its visit time is {@link #placeMillis}, so that tombstones
 * have a place in the order of visits that says nothing about the visit. Hence all tombstones of a
 * visit that were made at one time are equal, on every node.
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
    if (deleted) {
      device = device.withoutNames();
      url = "";
      title = "";
      visitTimeMillis = placeMillis(new EntryId(device.id(), visitId));
      referringVisitId = "";
      transition = "";
      page = null;
      unknown = UnknownFields.NONE;
    }
  }

  /**
   * Returns the tombstone of a visit.
   *
   * @param id the visit
   * @param atMillis when it was deleted, milliseconds since 1970
   * @return the tombstone
   */
  public static Entry tombstone(EntryId id, long atMillis) {
    return new Entry(
        new Device(id.device(), "", "", "", ""),
        id.visitId(),
        "",
        "",
        0,
        "",
        "",
        atMillis,
        true,
        null,
        UnknownFields.NONE);
  }

  /**
   * Returns the visit time of each tombstone of a visit: a whole millisecond of the 50 days before
   * 1970, drawn from the digest of the identity. So many tombstones made at once are spread over
   * the order of visits, and lie before all of them.
   *
   * @param id the visit
   * @return the place, milliseconds since 1970, less than 0
   */
  public static double placeMillis(EntryId id) {
    return -1.0 - Integer.toUnsignedLong(EntryDigest.start(id));
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
   * @return the tombstone, which holds the identity and this time
   */
  public Entry tombstone(long atMillis) {
    return tombstone(id(), atMillis);
  }
}
