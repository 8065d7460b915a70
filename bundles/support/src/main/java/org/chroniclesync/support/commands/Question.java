// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The question that a person asks by the words of a command line. */
final class Question {
  private static final Pattern HELD_TOGETHER = Pattern.compile("(?U)[^\"-]\\S*\\s[^\"]*");

  private static final Pattern OPERATOR =
      Pattern.compile(
          "(?U)(?<!\\S)(?:(?<text>title|url|device|browser)|site|before|after):(?=\\S)");

  private Question() {}

  /**
   * Puts the words together. A shell takes away the quotes that held some of them together.
   *
   * @param words as a shell passes them
   * @return what a {@link org.chroniclesync.api.storage.Search} understands
   */
  static String of(List<String> words) {
    return words.stream().map(Question::part).collect(Collectors.joining(" "));
  }

  /**
   * What was held together is a phrase, or what an operator is to find. But no site has blanks, and
   * dates are read with theirs: with one of these, a person has quoted the whole question.
   */
  private static String part(String word) {
    if (!HELD_TOGETHER.matcher(word).matches()) {
      return word;
    }
    Matcher operator = OPERATOR.matcher(word);
    if (!operator.find()) {
      return '"' + word + '"';
    }
    boolean takesAll = operator.start() == 0 && operator.group("text") != null && !operator.find();
    return takesAll ? word.replaceFirst(":", ":\"") + '"' : word;
  }
}
