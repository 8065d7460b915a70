// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;

/** The marks that keep the rules of a device: a fixed number, since a mark cannot be removed. */
final class RuleSlots {
  private static final String PREFIX = "rules/";
  private static final String FREE = "";

  private RuleSlots() {}

  static List<Rule> read(Map<String, String> marks) {
    List<Rule> rules = new ArrayList<>();
    for (int slot = 0; slot < Rules.MAX_RULES; slot++) {
      parsed(marks.getOrDefault(PREFIX + slot, FREE)).ifPresent(rules::add);
    }
    return rules;
  }

  /** Reads a rule that this version understands. */
  static Optional<Rule> parsed(String line) {
    try {
      Rule rule = Rule.parse(line);
      Clause.of(rule);
      return Optional.of(rule);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the mark that adds a rule, or nothing if there is no room. */
  static Map<String, String> adding(Map<String, String> marks, Rule rule) {
    OptionalInt free = slot(marks, FREE);
    return free.isEmpty() ? Map.of() : Map.of(PREFIX + free.getAsInt(), rule.toString());
  }

  /** Returns the mark that removes a rule, or nothing if it is not there. */
  static Map<String, String> removing(Map<String, String> marks, Rule rule) {
    OptionalInt slot = slot(marks, rule.toString());
    return slot.isEmpty() ? Map.of() : Map.of(PREFIX + slot.getAsInt(), FREE);
  }

  private static OptionalInt slot(Map<String, String> marks, String value) {
    return IntStream.range(0, Rules.MAX_RULES)
        .filter(slot -> marks.getOrDefault(PREFIX + slot, FREE).equals(value))
        .findFirst();
  }
}
