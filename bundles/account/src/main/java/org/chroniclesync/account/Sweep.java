// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.History;

/**
 * Applies rules to what is in the history, in small steps that are in nobody's way. What is done is
 * done: whoever begins again goes on. For one thread, once.
 *
 * <p>By a rule of the account, each device makes the same version, so that several that apply it at
 * once send each other nothing.
 */
final class Sweep {
  /** How many visits are looked at in a step. */
  static final int STEP = 1_000;

  private static final String IMPORTS = "import/";
  private final History history;
  private final Book account;
  private final Book all;
  private final Clock clock;
  private final Map<Rule, Long> deleted = new LinkedHashMap<>();
  private long cut;

  Sweep(History history, Book account, Book all, Clock clock) {
    this.history = history;
    this.account = account;
    this.all = all;
    this.clock = clock;
  }

  /** A part of what is there. */
  private record Step<P>(List<Entry> entries, P next, boolean more) {}

  /** Looks at everything. */
  Rules.Outcome run(boolean apply) throws StorageException, InterruptedException {
    Set<DeviceId> own = own();
    // What is changed comes again behind the head, and needs no other look.
    long head = history.borrow(store -> store.state().head());
    Step<Long> step = new Step<>(List.of(), 0L, true);
    while (step.more()) {
      long after = step.next();
      step = history.borrow(store -> changes(store, after, head));
      judge(step.entries(), own, apply);
    }
    return RuleKeeper.outcome(deleted, cut);
  }

  private static Step<Long> changes(HistoryStore store, long after, long head)
      throws StorageException {
    List<Entry> entries = new ArrayList<>();
    long last = after;
    try (Cursor<Change> cursor = store.changes(after)) {
      for (int count = 0; count < STEP; count++) {
        Change change = cursor.next();
        if (change == null || change.position() > head) {
          return new Step<>(entries, last, false);
        }
        last = change.position();
        if (!change.entry().deleted()) {
          entries.add(change.entry());
        }
      }
    }
    return new Step<>(entries, last, true);
  }

  /** Looks at what may be too old. */
  void deleteOld() throws StorageException, InterruptedException {
    Set<DeviceId> own = own();
    double until = all.keptFromMillis();
    Step<Double> step = new Step<>(List.of(), -Double.MAX_VALUE, true);
    while (step.more()) {
      double from = step.next();
      step = history.borrow(store -> window(store, from, until));
      judge(step.entries(), own, true);
    }
  }

  /** Reads whole moments, so that the next step begins with another one. */
  private static Step<Double> window(HistoryStore store, double from, double until)
      throws StorageException {
    if (from >= until) {
      return new Step<>(List.of(), from, false);
    }
    List<Entry> entries = new ArrayList<>();
    double last = from;
    try (Cursor<Entry> cursor = store.read(new Window(from, until, Window.Order.OLDEST_FIRST))) {
      Entry entry = cursor.next();
      while (entry != null && entries.size() < Batch.MAX_ENTRIES) {
        if (entries.size() >= STEP && entry.visitTimeMillis() > last) {
          return new Step<>(entries, entry.visitTimeMillis(), true);
        }
        entries.add(entry);
        last = entry.visitTimeMillis();
        entry = cursor.next();
      }
      return new Step<>(entries, Math.nextUp(last), entry != null);
    }
  }

  private void judge(List<Entry> entries, Set<DeviceId> own, boolean apply)
      throws StorageException, InterruptedException {
    List<Entry> versions = new ArrayList<>();
    for (Entry entry : entries) {
      Verdict verdict = Verdict.of(entry, account);
      Entry version = verdict.version(entry.lastModifiedMillis() + 1);
      if (version.equals(entry) && own.contains(entry.device().id())) {
        verdict = Verdict.of(entry, all);
        version = verdict.version(Math.max(clock.millis(), entry.lastModifiedMillis() + 1));
      }
      if (!version.equals(entry)) {
        count(verdict);
        versions.add(version);
      }
    }
    if (apply && !versions.isEmpty()) {
      history.merge(Batch.of(versions));
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void count(Verdict verdict) {
    Rule rule = verdict.leftOutBy();
    if (rule == null) {
      cut++;
    } else {
      deleted.merge(rule, 1L, Long::sum);
    }
  }

  /** Returns the devices whose visits this node imported. */
  private Set<DeviceId> own() throws StorageException, InterruptedException {
    return history.borrow(HistoryStore::marks).keySet().stream()
        .filter(name -> name.startsWith(IMPORTS + "cs-"))
        .map(name -> new DeviceId(name.substring(IMPORTS.length())))
        .collect(Collectors.toSet());
  }
}
