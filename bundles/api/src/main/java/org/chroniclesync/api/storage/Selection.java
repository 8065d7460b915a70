// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.Objects;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.EntryId;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Some visits of a history: those that meet all conditions that are set. {@link
 * org.chroniclesync.api.storage.support.Selector} finds them. Also visits that lists do not show,
 * such as those of frames, belong to it. Immutable.
 *
 * @param visit only this one, or null
 * @param page only visits to this URL, the fragment included, or null; at most {@value
 *     Bounds#MAX_URL_CHARS} characters
 * @param host only visits to this host, or null; in any case, in ASCII or not, and with a port only
 *     where that counts
 * @param below whether the hosts below it belong to it, too
 * @param device only visits of this device, or null
 * @param fromMillis the earliest visit time that belongs to it, milliseconds since 1970
 * @param untilMillis the first visit time that no longer belongs to it
 * @param search only visits to pages that it finds, which meet its filters and times, or null.
 *     Limit and continuation do not count
 */
@ProviderType
public record Selection(
    @Nullable EntryId visit,
    @Nullable String page,
    @Nullable String host,
    boolean below,
    @Nullable DeviceId device,
    double fromMillis,
    double untilMillis,
    @Nullable Search search) {
  /** All visits. */
  public static final Selection ALL =
      new Selection(null, null, null, false, null, -Double.MAX_VALUE, Double.MAX_VALUE, null);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a text is too long, the host is empty, or a time is not
   *     finite
   */
  public Selection {
    if (page != null) {
      Bounds.text("page", page, Bounds.MAX_URL_CHARS);
    }
    if (host != null) {
      Bounds.text("host", host, Bounds.MAX_URL_CHARS);
      if (host.isBlank()) {
        throw new IllegalArgumentException("the host is empty");
      }
    }
    Bounds.finite("from", fromMillis);
    Bounds.finite("until", untilMillis);
  }

  /**
   * Tells whether no condition is set.
   *
   * @return true if every visit belongs to it
   */
  public boolean isAll() {
    return fromMillis == -Double.MAX_VALUE
        && untilMillis == Double.MAX_VALUE
        && Stream.of(visit, page, host, device, search).allMatch(Objects::isNull);
  }

  /**
   * Adds a condition: one visit.
   *
   * @param one the visit
   * @return a narrower selection
   */
  public Selection ofVisit(EntryId one) {
    return new Selection(one, page, host, below, device, fromMillis, untilMillis, search);
  }

  /**
   * Adds a condition: one page.
   *
   * @param url the page
   * @return a narrower selection
   */
  public Selection ofPage(String url) {
    return new Selection(visit, url, host, below, device, fromMillis, untilMillis, search);
  }

  /**
   * Adds a condition: one host.
   *
   * @param name the host
   * @param andBelow whether with those below it
   * @return a narrower selection
   */
  public Selection ofHost(String name, boolean andBelow) {
    return new Selection(visit, page, name, andBelow, device, fromMillis, untilMillis, search);
  }

  /**
   * Adds a condition: one device.
   *
   * @param id the device
   * @return a narrower selection
   */
  public Selection ofDevice(DeviceId id) {
    return new Selection(visit, page, host, below, id, fromMillis, untilMillis, search);
  }

  /**
   * Adds a condition: a stretch of time.
   *
   * @param from the earliest visit time, milliseconds since 1970
   * @param until the first visit time that no longer belongs to it
   * @return a narrower selection
   */
  public Selection between(double from, double until) {
    return new Selection(visit, page, host, below, device, from, until, search);
  }

  /**
   * Adds a condition: what a search finds.
   *
   * @param question the search
   * @return a narrower selection
   */
  public Selection found(Search question) {
    return new Selection(visit, page, host, below, device, fromMillis, untilMillis, question);
  }
}
