// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.rules;

import java.util.Locale;
import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One rule, as its owner writes it. Immutable. What its text means is checked by {@link Rules#add}.
 *
 * @param kind what it is about
 * @param text what it says, 1 to {@value #MAX_TEXT_CHARS} characters without control characters
 */
@ProviderType
public record Rule(Kind kind, String text) {
  /** How long the text of a rule may be. */
  public static final int MAX_TEXT_CHARS = 512;

  /** What a rule is about. */
  @ProviderType
  public enum Kind {
    /**
     * Leaves out a host, as {@code example.org}, or with all below it, as {@code *.example.org}.
     */
    HOST,
    /** Leaves out the addresses that a pattern describes as a whole; {@code *} is any text. */
    PATTERN,
    /** Leaves out the addresses in which a regular expression of RE2 finds something. */
    REGEX,
    /** Leaves out a scheme, such as {@code ftp}. */
    SCHEME,
    /**
     * Keeps visits for a number of months: {@code 12}, {@code 12 host *.example.org} or {@code 12
     * device ID}.
     */
    MONTHS,
    /** {@code keep} switches off that secrets are cut out of addresses. */
    SECRETS;

    /**
     * Returns the word for it.
     *
     * @return its name in lower case
     */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the text is empty, too long, or has control characters
   */
  public Rule {
    Bounds.text("a rule", text, MAX_TEXT_CHARS);
    if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a rule has a text, without control characters");
    }
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @param line a kind, a blank, a text
   * @return the rule
   * @throws IllegalArgumentException if it is none; the message says what a rule looks like
   */
  public static Rule parse(String line) {
    String[] words = line.strip().split(" ", 2);
    for (Kind kind : Kind.values()) {
      if (words.length == 2 && kind.word().equals(words[0])) {
        return new Rule(kind, words[1].strip());
      }
    }
    throw new IllegalArgumentException(
        "A rule is one of: host NAME, pattern TEXT, regex TEXT, scheme NAME, months N [host NAME"
            + " | device ID], secrets keep.");
  }

  /** Returns the kind's word, a blank, and the text. */
  @Override
  public String toString() {
    return kind.word() + " " + text;
  }
}
