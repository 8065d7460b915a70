// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.text;

/**
 * Makes text from outside harmless for a terminal. A page chooses its own title, and a title with
 * an escape sequence could otherwise rewrite the screen or answer for the keyboard.
 */
public final class VisibleText {
  private VisibleText() {}

  /**
   * Shows what a terminal would obey, or hide, as a visible code point number.
   *
   * @param text any text
   * @return the text, with {@code \}{@code u{…}} for each code point that is not visible
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(out, point));
    return out.toString();
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
