// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.sync.EntryRule;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Late;
import org.jspecify.annotations.Nullable;

/**
 * What others say of entries that come. They are asked before a store is lent, because they may
 * need it themselves. One that throws costs its own say and no entry. Safe for any thread.
 */
public final class EntryRules {
  private final Map<Object, Late<EntryRule>> rules = new ConcurrentHashMap<>();
  private final FailureLog failures;

  EntryRules(FailureLog failures) {
    this.failures = failures;
  }

  /**
   * Entries after they were judged.
   *
   * @param kept those that are stored as they came
   * @param changed the versions that take the place of the others
   */
  public record Judged(List<Entry> kept, List<Entry> changed) {
    /** Copies the lists. */
    public Judged {
      kept = List.copyOf(kept);
      changed = List.copyOf(changed);
    }
  }

  /** Adds a rule; the service may be made when it is asked first, and null until then. */
  public void add(Object reference, Supplier<? extends @Nullable EntryRule> rule) {
    rules.put(reference, new Late<>(rule));
  }

  /** Removes a rule. A call under way may still end later. */
  public void remove(Object reference) {
    rules.remove(reference);
  }

  Judged judge(List<Entry> entries) throws InterruptedException {
    if (rules.isEmpty()) {
      return new Judged(entries, List.of());
    }
    List<Entry> kept = new ArrayList<>();
    List<Entry> changed = new ArrayList<>();
    for (Entry entry : entries) {
      Entry judged = judge(entry);
      (judged.equals(entry) ? kept : changed).add(judged);
    }
    return new Judged(kept, changed);
  }

  private Entry judge(Entry entry) throws InterruptedException {
    Entry judged = entry;
    for (Late<EntryRule> late : rules.values()) {
      EntryRule rule = late.get();
      if (rule != null) {
        judged = ask(rule, judged);
      }
    }
    return judged;
  }

  private Entry ask(EntryRule rule, Entry entry) throws InterruptedException {
    try {
      Entry answer = rule.apply(entry);
      if (answer.id().equals(entry.id())) {
        return answer;
      }
      failures.add(
          "The rule " + rule.getClass().getName() + " answered with another visit; it is ignored.");
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | Error e) {
      failures.add(
          "The rule "
              + rule.getClass().getName()
              + " could not judge a visit, which is stored as it came: "
              + e
              + ". Once that is mended, rules apply judges what is stored.",
          e);
    }
    return entry;
  }
}
