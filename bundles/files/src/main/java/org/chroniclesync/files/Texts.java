// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

/** Texts from files. */
final class Texts {
  private Texts() {}

  /** Cuts without leaving half of a character. */
  static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
    return text.substring(0, end);
  }

  /** A message may quote from the file. */
  static String shown(String text, int maxChars) {
    return cut(text, maxChars).replaceAll("\\p{Cc}", "?");
  }
}
