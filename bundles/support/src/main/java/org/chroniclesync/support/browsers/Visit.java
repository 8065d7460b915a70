// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import java.util.Objects;
import org.chroniclesync.api.rules.Judge;
import org.jspecify.annotations.Nullable;

/**
 * A visit as it stands in a browser's database.
 *
 * @param row its row number
 * @param storedTime the time in the browser's own count
 * @param micros the time in microseconds since 1970, or 0 if there is none that can be
 * @param referrer the visit that led here, or null if there is none or it no longer exists
 * @param transition the browser's own number for how the visit came about; of a redirect's target,
 *     how the redirect was come to
 * @param hidden true if the browser does not list it: a frame's page or a step of a redirect
 * @param origin who made the visit
 * @param place the row of its page
 * @param urlChars how long the URL is, or 0 if there is none
 * @param url the URL, or null if there is none or a longer one than an entry may have
 * @param title the title, perhaps cut, or empty
 */
public record Visit(
    long row,
    long storedTime,
    long micros,
    @Nullable Referrer referrer,
    int transition,
    boolean hidden,
    Origin origin,
    long place,
    long urlChars,
    @Nullable String url,
    String title) {
  /** A visit later than this after now has a wrong time. */
  public static final long MAX_AHEAD_MILLIS = 86_400_000;

  /** Returns the visit without secrets in its address. */
  public Visit cut(Judge judge) {
    String known = url;
    String cut = known == null ? null : judge.cut(known);
    return Objects.equals(cut, known)
        ? this
        : new Visit(
            row,
            storedTime,
            micros,
            referrer,
            transition,
            hidden,
            origin,
            place,
            urlChars,
            cut,
            title);
  }

  /** Who made a visit. */
  public enum Origin {
    /** This profile. */
    OWN,
    /** Another browser, from which this one took its history over. */
    OTHER_BROWSER,
    /** Another device, from which the browser got it. */
    OTHER_DEVICE
  }

  /** A visit that is named by another one. */
  public record Referrer(long row, long micros) {}
}
