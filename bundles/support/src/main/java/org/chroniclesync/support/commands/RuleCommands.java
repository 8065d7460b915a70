// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.rules.Rules.Outcome;
import org.chroniclesync.api.rules.Rules.Scope;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.jspecify.annotations.Nullable;

/** The commands about rules. */
public final class RuleCommands {
  private static final int MAX_SHOWN_CHARS = 600;

  /** No device: rules about one do not hold for an address alone. */
  private static final DeviceId NONE = new DeviceId("none");

  private final Rules rules;
  private final PrintStream notes;

  private RuleCommands(Rules rules, PrintStream notes) {
    this.rules = rules;
    this.notes = notes;
  }

  /**
   * Makes the commands.
   *
   * @param notes where to tell how far a deletion is
   * @throws IllegalStateException if there are no rules
   */
  public static RuleCommands of(@Nullable Rules rules, PrintStream notes) {
    if (rules == null) {
      throw new IllegalStateException(
          "Rules are not there: start the bundle org.chroniclesync.account.");
    }
    return new RuleCommands(rules, notes);
  }

  /**
   * Does what the words say.
   *
   * @param account true for a rule of the account
   * @param yes true to apply the rules, and not only to show what they would do
   * @throws IllegalArgumentException if the words say nothing that can be done
   * @throws StorageException if the storage could not do it
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String run(boolean json, boolean account, boolean yes, List<String> words)
      throws StorageException, InterruptedException {
    String what = words.isEmpty() ? "list" : words.get(0);
    String about = words.isEmpty() ? "" : String.join(" ", words.subList(1, words.size()));
    Scope scope = account ? Scope.ACCOUNT : Scope.DEVICE;
    return switch (what) {
      case "list" -> list(json);
      case "add" -> add(parse(about), scope);
      case "remove" -> remove(Rule.parse(about), scope);
      case "test" -> test(json, about);
      case "apply" -> apply(json, yes);
      default -> throw new IllegalArgumentException(Manual.usage("rules"));
    };
  }

  private String list(boolean json) throws StorageException, InterruptedException {
    List<Rules.Standing> all = rules.all();
    if (json) {
      return Json.rules(all);
    }
    return all.isEmpty()
        ? "There is no rule: everything is kept, without secrets in addresses."
        : all.stream()
            .map(one -> "%-8s %s".formatted(word(one.scope()), safe(one.rule())))
            .collect(Collectors.joining("\n"));
  }

  private String add(Rule rule, Scope scope) throws StorageException, InterruptedException {
    String of = scope == Scope.ACCOUNT ? "the account" : "this device";
    if (!rules.add(rule, scope)) {
      return "This is a rule of " + of + " already.";
    }
    if (rule.kind() == Rule.Kind.MONTHS) {
      return "Added to the rules of "
          + of
          + ". Nothing older is imported, and what gets older is deleted by itself; deletions lists"
          + " that, and undo brings it back. rules apply shows what is too old now.";
    }
    return "Added to the rules of "
        + of
        + ". It holds for what comes from now on; rules apply shows what it would do to what "
        + (scope == Scope.ACCOUNT
            ? "is there."
            : "the browsers of this device recorded. With --account it would hold for all of your"
                + " devices.");
  }

  /** A host alone is what people give first. */
  private static Rule parse(String text) {
    if (text.matches("[\\p{L}\\p{N}*-]+(\\.[\\p{L}\\p{N}-]+)+")) {
      throw new IllegalArgumentException("Say what it is: rules add host " + text);
    }
    return Rule.parse(text);
  }

  private String remove(Rule rule, Scope scope) throws StorageException, InterruptedException {
    if (!rules.remove(rule, scope)) {
      throw new IllegalArgumentException(
          "There is no such rule of "
              + (scope == Scope.ACCOUNT ? "the account." : "this device alone.")
              + " rules lists all; a rule of the account is removed with --account.");
    }
    return "Removed. What browsers still have of what it left out is imported again.";
  }

  private String test(boolean json, String address) throws StorageException, InterruptedException {
    if (address.isBlank()) {
      throw new IllegalArgumentException(Manual.usage("rules"));
    }
    Bounds.text("the address", address, Bounds.MAX_URL_CHARS);
    WholeAddress.of(address);
    Judge judge = rules.judge();
    double now = (double) System.currentTimeMillis();
    Optional<Rule> leftOut = judge.leavesOut(address, now, NONE);
    String kept = judge.cut(address);
    if (json) {
      return Json.judgement(leftOut, kept);
    }
    return leftOut
        .map(rule -> "Left out by: " + safe(rule))
        .orElseGet(
            () ->
                kept.equals(address)
                    ? "Stored as it is."
                    : "Stored without secrets: " + Terminal.safe(kept, MAX_SHOWN_CHARS));
  }

  private String apply(boolean json, boolean yes) throws StorageException, InterruptedException {
    Outcome outcome = rules.preview();
    if (!yes || (outcome.visits() == 0 && outcome.cut() == 0)) {
      return json ? Json.outcome(outcome, false, null) : previewed(outcome);
    }
    Rules.Applied applied = rules.apply();
    boolean through = DeletionProgress.await(applied.deletion(), notes);
    Deletion deletion = applied.deletion().now();
    if (json) {
      return Json.outcome(outcome, true, deletion);
    }
    return byRule(outcome)
        + (applied.cut() == 0
            ? ""
            : "Secrets were cut out of " + Counted.of(applied.cut(), "address", "addresses") + ". ")
        + (deletion.visits() == 0 && applied.cut() > 0 && through
            ? ""
            : DeletionText.ended(deletion, through))
        + (deletion.undoUntil() == null ? "" : " Remove the rule before, or it takes them again.");
  }

  private static String previewed(Outcome outcome) {
    String would =
        Stream.of(
                outcome.visits() == 0
                    ? ""
                    : "delete " + Counted.of(outcome.visits(), "visit") + " on all devices",
                outcome.cut() == 0
                    ? ""
                    : "cut secrets out of " + Counted.of(outcome.cut(), "address", "addresses"))
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining(", and "));
    return would.isEmpty()
        ? "Nothing is there that a rule leaves out; there is nothing to do."
        : byRule(outcome) + "It would " + would + ". rules apply --yes does it.";
  }

  private static String byRule(Outcome outcome) {
    return outcome.deleted().entrySet().stream()
        .map(one -> "%,10d  %s%n".formatted(one.getValue(), safe(one.getKey())))
        .collect(Collectors.joining());
  }

  private static String safe(Rule rule) {
    return Terminal.safe(rule.toString(), MAX_SHOWN_CHARS);
  }

  static String word(Scope scope) {
    return scope.name().toLowerCase(Locale.ROOT);
  }
}
