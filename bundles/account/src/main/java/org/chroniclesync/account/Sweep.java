// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;

/**
 * Holds what is in the history against the rules, in small steps that are in nobody's way. For one
 * thread, once.
 *
 * <p>Where a secret is cut, each device makes the same version, so that several that do it at once
 * send each other nothing.
 */
final class Sweep {
  /** How many visits are looked at in a step. */
  static final int STEP = 1_000;

  private static final String IMPORTS = "import/";
  private final History history;
  private final Book account;
  private final Book all;
  private final Map<Rule, Long> deleted = new LinkedHashMap<>();
  private long cut;

  Sweep(History history, Book account, Book all) {
    this.history = history;
    this.account = account;
    this.all = all;
  }

  /** A part of what is there. */
  private record Step(List<Entry> entries, long next, boolean more) {}

  /** Tells what the rules would do to everything. */
  Rules.Outcome preview() throws StorageException, InterruptedException {
    look(false);
    return RuleKeeper.outcome(deleted, cut);
  }

  /** Cuts the secrets out of what stays. Returns how many addresses had some. */
  long cut() throws StorageException, InterruptedException {
    look(true);
    return cut;
  }

  /** Tells which visits rules of some kinds leave out. */
  Predicate<Entry> leftOut(Predicate<Rule.Kind> kinds)
      throws StorageException, InterruptedException {
    Set<DeviceId> own = own();
    return entry -> {
      Rule rule = verdict(entry, own).leftOutBy();
      return rule != null && kinds.test(rule.kind());
    };
  }

  private void look(boolean cuts) throws StorageException, InterruptedException {
    Set<DeviceId> own = own();
    // What is changed comes again behind the head, and needs no other look.
    long head = history.borrow(store -> store.state().head());
    Step step = new Step(List.of(), 0L, true);
    while (step.more()) {
      long after = step.next();
      step = history.borrow(store -> changes(store, after, head));
      judge(step.entries(), own, cuts);
    }
  }

  private static Step changes(HistoryStore store, long after, long head) throws StorageException {
    List<Entry> entries = new ArrayList<>();
    long last = after;
    try (Cursor<Change> cursor = store.changes(after)) {
      for (int count = 0; count < STEP; count++) {
        Change change = cursor.next();
        if (change == null || change.position() > head) {
          return new Step(entries, last, false);
        }
        last = change.position();
        if (!change.entry().deleted()) {
          entries.add(change.entry());
        }
      }
    }
    return new Step(entries, last, true);
  }

  private void judge(List<Entry> entries, Set<DeviceId> own, boolean cuts)
      throws StorageException, InterruptedException {
    List<Entry> versions = new ArrayList<>();
    for (Entry entry : entries) {
      Verdict verdict = verdict(entry, own);
      if (verdict.leftOutBy() != null) {
        deleted.merge(verdict.leftOutBy(), 1L, Long::sum);
      } else if (verdict.isCut()) {
        cut++;
        versions.add(verdict.version(entry.lastModifiedMillis() + 1));
      }
    }
    if (cuts && !versions.isEmpty()) {
      history.merge(Batch.of(versions));
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** The rules of this device hold for what it imported. */
  private Verdict verdict(Entry entry, Set<DeviceId> own) {
    Verdict verdict = Verdict.of(entry, account);
    boolean stays = verdict.leftOutBy() == null && !verdict.isCut();
    return stays && own.contains(entry.device().id()) ? Verdict.of(entry, all) : verdict;
  }

  /** Returns the devices whose visits this node imported. */
  private Set<DeviceId> own() throws StorageException, InterruptedException {
    return history.borrow(HistoryStore::marks).keySet().stream()
        .filter(name -> name.startsWith(IMPORTS + "cs-"))
        .map(name -> new DeviceId(name.substring(IMPORTS.length())))
        .collect(Collectors.toSet());
  }
}
