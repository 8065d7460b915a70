// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import org.chroniclesync.support.text.VisibleText;

/** Makes text from outside harmless for a terminal, and short. */
public final class Terminal {
  private static final String ELLIPSIS = "…";

  private Terminal() {}

  /** Shows what a terminal would obey, or hide, as a visible code point number. */
  public static String safe(String text) {
    return VisibleText.of(text);
  }

  /** The same, shortened to a number of characters. */
  public static String safe(String text, int maxChars) {
    // Shortened first: what is long is not worth escaping whole.
    String head = text.length() > maxChars ? text.substring(0, maxChars) : text;
    String shown = safe(head);
    if (shown.length() <= maxChars && head.length() == text.length()) {
      return shown;
    }
    int end = Math.max(0, Math.min(shown.length(), maxChars - 1));
    if (end > 0 && Character.isHighSurrogate(shown.charAt(end - 1))) {
      end--;
    }
    return shown.substring(0, end) + ELLIPSIS;
  }
}
