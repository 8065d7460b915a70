// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A question to a history. {@link org.chroniclesync.api.storage.support.Query} reads it, so that
 * all stores understand the same. A page is found if one of its shown visits meets all that the
 * text says:
 *
 * <ul>
 *   <li>a word, in title, page summary or URL, as it is written and as a person reads it
 *       (percent-encoding and punycode undone); the last word of the text matches as a prefix, so
 *       that results come while a person types
 *   <li>{@code "a phrase"}: its words in a row
 *   <li>{@code title:word} and {@code url:word}, also with a phrase: only there
 *   <li>{@code site:example.org}: the host or any host below it; a path may follow
 *   <li>{@code device:} and {@code browser:} with the beginning of a word of a name, also one that
 *       a person gave, or a device's id
 *   <li>{@code after:} and {@code before:}: since the start of a date, or before it. Dates are
 *       {@code 2026}, {@code 2026-03}, {@code 2026-03-05}, {@code today}, {@code yesterday}, {@code
 *       monday} (the last one, or today), {@code march} (likewise), {@code last week}, {@code this
 *       month}, {@code 3 days ago}
 *   <li>{@code -} before any of these, except for the dates: not so
 * </ul>
 *
 * <p>All else is text, an unknown operator and a date that is none included.
 *
 * @param text what the person typed, at most {@value #MAX_TEXT_CHARS} characters
 * @param limit how many pages at most, 1 to {@value #MAX_LIMIT}
 * @param now when the person asks, in the person's time zone; as of the first search if this one
 *     continues it
 * @param continuation where to begin, or null for the best results
 * @param names what devices are called, besides what they say of themselves
 */
@ProviderType
public record Search(
    String text,
    int limit,
    ZonedDateTime now,
    @Nullable Continuation continuation,
    Map<DeviceId, String> names) {
  /** Longest text, in characters. */
  public static final int MAX_TEXT_CHARS = 1_000;

  /** Most results of one search. */
  public static final int MAX_LIMIT = 1_000;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the text is too long, the limit outside its range, or the
   *     continuation of another text
   */
  public Search {
    names = Map.copyOf(names);
    Bounds.text("search text", text, MAX_TEXT_CHARS);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "search limit " + limit + " is not between 1 and " + MAX_LIMIT);
    }
    if (continuation != null) {
      if (continuation.question() != Rank.key(text)) {
        throw new IllegalArgumentException("This is the continuation of another search.");
      }
      now = Instant.ofEpochMilli(continuation.nowMillis()).atZone(now.getZone());
    }
  }

  /**
   * Asks now, in the time zone of this computer, for the best results.
   *
   * @param text what the person typed
   * @param limit how many pages at most
   */
  public Search(String text, int limit) {
    this(text, limit, ZonedDateTime.now(ZoneId.systemDefault()), null);
  }

  /**
   * Asks without knowing what devices are called.
   *
   * @param text what the person typed
   * @param limit how many pages at most
   * @param now when the person asks, in the person's time zone
   * @param continuation where to begin, or null for the best results
   */
  public Search(String text, int limit, ZonedDateTime now, @Nullable Continuation continuation) {
    this(text, limit, now, continuation, Map.of());
  }

  /**
   * Asks the same of somebody who calls devices so.
   *
   * @param called the words of a device's names, by device; a device of which none is known may
   *     lack
   * @return the question
   */
  public Search naming(Map<DeviceId, String> called) {
    return new Search(text, limit, now, continuation, called);
  }

  /**
   * Asks the same from another place on.
   *
   * @param most how many pages at most
   * @param next where to begin, or null for the best results
   * @return the question
   */
  public Search from(int most, @Nullable Continuation next) {
    return new Search(text, most, now, next, names);
  }

  /**
   * Returns the question for what follows a result.
   *
   * @param last the rank of the last result that was shown
   * @return where the next results begin
   */
  public Continuation after(Rank last) {
    return new Continuation(Rank.key(text), nowMillis(), last);
  }

  /**
   * Returns when the person asks.
   *
   * @return milliseconds since 1970
   */
  public long nowMillis() {
    return now.toInstant().toEpochMilli();
  }
}
