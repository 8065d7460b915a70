// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.osgi.annotation.versioning.ProviderType;

/** The limits of values from outside, in one place, and the checks that keep them. */
@ProviderType
public final class Bounds {
  /** Longest identifier of a device, a peer, a visit or a room, in characters. */
  public static final int MAX_ID_CHARS = 128;

  /** Longest URL of an entry, in characters. */
  public static final int MAX_URL_CHARS = 8_192;

  /** Longest title of an entry, in characters. */
  public static final int MAX_TITLE_CHARS = 4_096;

  /** Longest page summary, in characters. */
  public static final int MAX_SUMMARY_CHARS = 4_096;

  /** Longest of the small fields: transition, platform, browser name and version, in characters. */
  public static final int MAX_FIELD_CHARS = 128;

  /** Longest user agent, in characters. */
  public static final int MAX_USER_AGENT_CHARS = 512;

  /** Longest JSON text of the members of an entry that we do not know, in characters. */
  public static final int MAX_UNKNOWN_CHARS = 4_096;

  private Bounds() {}

  /**
   * Returns the identifier if it is one.
   *
   * @param what the name of the value, for the message
   * @param value the identifier
   * @return the same value
   * @throws IllegalArgumentException if it is empty, longer than {@link #MAX_ID_CHARS} or holds a
   *     control character
   */
  public static String id(String what, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    text(what, value, MAX_ID_CHARS);
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new IllegalArgumentException(what + " holds a control character");
      }
    }
    return value;
  }

  /**
   * Returns the text if it is not too long.
   *
   * @param what the name of the value, for the message
   * @param value the text
   * @param maxChars how many characters it may have
   * @return the same value
   * @throws IllegalArgumentException if it is longer; the message does not repeat the value
   */
  public static String text(String what, String value, int maxChars) {
    if (value.length() > maxChars) {
      throw new IllegalArgumentException(
          what + " has " + value.length() + " characters; at most " + maxChars + " are allowed");
    }
    return value;
  }

  /**
   * Returns the number if it is finite.
   *
   * @param what the name of the value, for the message
   * @param value the number
   * @return the same value
   * @throws IllegalArgumentException if it is infinite or no number
   */
  public static double finite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + " is not a finite number");
    }
    return value;
  }
}
