// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line by blanks and quotes, and by nothing else. A quote at the beginning of a word holds
 * it together up to the same quote at the end of a word; any other quote is a letter, as the one in
 * {@code what's}.
 */
final class LineWords {
  private final String line;
  private int at;

  private LineWords(String line) {
    this.line = line;
  }

  static List<String> of(String line) {
    return new LineWords(line).split();
  }

  private List<String> split() {
    List<String> words = new ArrayList<>();
    skipBlanks();
    while (at < line.length()) {
      words.add(word());
      skipBlanks();
    }
    return words;
  }

  private void skipBlanks() {
    while (isBlank(at)) {
      at++;
    }
  }

  private String word() {
    int end = closingQuote();
    if (end > 0) {
      String word = line.substring(at + 1, end);
      at = end + 1;
      return word;
    }
    int start = at;
    while (at < line.length() && !isBlank(at)) {
      at++;
    }
    return line.substring(start, at);
  }

  /** Returns where the quote that begins here ends, or -1 if none does. */
  private int closingQuote() {
    char quote = line.charAt(at);
    if (quote != '"' && quote != '\'') {
      return -1;
    }
    int end = line.indexOf(quote, at + 1);
    while (end > 0 && end + 1 < line.length() && !isBlank(end + 1)) {
      end = line.indexOf(quote, end + 1);
    }
    return end;
  }

  private boolean isBlank(int index) {
    return index < line.length() && Character.isWhitespace(line.charAt(index));
  }
}
