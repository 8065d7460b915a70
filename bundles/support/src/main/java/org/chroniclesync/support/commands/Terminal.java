// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

/**
 * Makes text from outside harmless for a terminal. A page chooses its own title, and a title with
 * an escape sequence could otherwise rewrite the screen or answer for the keyboard.
 */
public final class Terminal {
  private static final String ELLIPSIS = "…";

  private Terminal() {}

  /** Shows what a terminal would obey, or hide, as a visible code point number. */
  public static String safe(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(out, point));
    return out.toString();
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

  private static void append(StringBuilder out, int point) {
    if (isVisible(point)) {
      out.appendCodePoint(point);
    } else {
      out.append("\\u{").append(Integer.toHexString(point)).append('}');
    }
  }

  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      // FORMAT holds the marks that reverse the order of what follows.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
