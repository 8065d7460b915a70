// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the next results of a search begin: behind the last one that was shown, as of the moment of
 * the first search. If nothing was merged in between, following it shows each page once. If
 * something was, a page whose rank changed meanwhile may be shown again or not at all; no other is.
 *
 * @param question {@link Rank#key} of the text that was searched for
 * @param nowMillis when the first search was made, milliseconds since 1970
 * @param last the rank of the last result that was shown
 */
@ProviderType
public record Continuation(long question, long nowMillis, Rank last) {
  /** Longest text form, in characters. */
  public static final int MAX_CHARS = 100;

  private static final int HEX = 16;
  private static final int PARTS = 5;

  /**
   * Reads the text form.
   *
   * @param text what {@link #toString} gave
   * @return the continuation
   * @throws IllegalArgumentException if it is not one
   */
  public static Continuation parse(String text) {
    List<String> parts =
        text.length() > MAX_CHARS ? List.of() : List.of(text.split("-", PARTS + 1));
    if (parts.size() != PARTS) {
      throw new IllegalArgumentException("This is not the continuation of a search.");
    }
    try {
      return new Continuation(
          number(parts.get(0)),
          number(parts.get(1)),
          new Rank(
              Double.longBitsToDouble(number(parts.get(2))),
              Double.longBitsToDouble(number(parts.get(3))),
              number(parts.get(4))));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("This is not the continuation of a search.", e);
    }
  }

  private static long number(String hex) {
    return Long.parseUnsignedLong(hex, HEX);
  }

  /**
   * Returns the text form, of letters, digits and hyphens.
   *
   * @return at most {@value #MAX_CHARS} characters
   */
  @Override
  public String toString() {
    return String.join(
        "-",
        Long.toHexString(question),
        Long.toHexString(nowMillis),
        Long.toHexString(Double.doubleToLongBits(last.score())),
        Long.toHexString(Double.doubleToLongBits(last.timeMillis())),
        Long.toHexString(last.page()));
  }
}
