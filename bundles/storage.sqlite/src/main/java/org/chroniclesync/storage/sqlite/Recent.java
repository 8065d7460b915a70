// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions of visits, kept from their merge until they are listed: while visits pour in,
 * each search would read and decode the same thousands of them again. The writer adds, in its
 * transactions; any thread reads what stood after one of them, and what is not there is in the
 * file.
 */
final class Recent {
  /** Texts of so many characters at most, about. */
  static final long MOST_CHARS = 1 << 21;

  private volatile @Nullable Step newest;

  /** For the writer only, the newest first. */
  private final Deque<Step> steps = new ArrayDeque<>();

  private int versions;
  private long chars;

  /**
   * A version at its position.
   *
   * @param replaces whether another version of the visit stood until then
   */
  record Version(long position, Entry entry, boolean replaces) {}

  /** What one transaction wrote, behind one position and up to another. */
  private static final class Step {
    private final long after;
    private final long head;
    private final List<Version> versions;
    private final long chars;
    private volatile @Nullable Step before;

    Step(long after, long head, List<Version> versions, @Nullable Step before) {
      this.after = after;
      this.head = head;
      this.versions = versions;
      this.chars = versions.stream().mapToLong(one -> EntryRows.chars(one.entry())).sum();
      this.before = before;
    }
  }

  /**
   * The visits that stand behind a position.
   *
   * @param entries the newest first
   * @param reaches the position; before it, they are to be read
   */
  record Kept(List<Entry> entries, long reaches) {}

  /**
   * Adds what a transaction wrote that is committed, and lets go what no search needs.
   *
   * @param after where the feed ended before it
   * @param written in the order of positions
   * @param counts after it
   */
  void add(long after, List<Version> written, Counts counts) {
    Step last = steps.peek();
    if (counts.head() > after) {
      if (last != null && last.head != after) {
        forget();
      }
      Step step = new Step(after, counts.head(), List.copyOf(written), newest);
      steps.push(step);
      versions += step.versions.size();
      chars += step.chars;
      newest = step;
    }
    trim(counts.listed());
  }

  private void trim(long listed) {
    Step oldest = steps.peekLast();
    while (oldest != null
        && (oldest.head <= listed
            || chars > MOST_CHARS
            || versions - oldest.versions.size() >= Tail.MOST)) {
      steps.removeLast();
      versions -= oldest.versions.size();
      chars -= oldest.chars;
      oldest = steps.peekLast();
      if (oldest != null) {
        oldest.before = null;
      }
    }
    if (oldest == null) {
      forget();
    }
  }

  private void forget() {
    steps.clear();
    versions = 0;
    chars = 0;
    newest = null;
  }

  /** Returns what stood when the feed ended at a position, of what was not listed then. */
  Kept at(long head, long listed) {
    Step step = newest;
    while (step != null && step.head > head) {
      step = step.before;
    }
    List<Entry> entries = new ArrayList<>();
    Set<EntryId> replaced = new HashSet<>();
    long reaches = head;
    // A search may see a transaction that is not added yet.
    if (step != null && step.head == head) {
      for (; step != null && reaches > listed && entries.size() < Tail.MOST; step = step.before) {
        gather(step.versions, listed, replaced, entries);
        reaches = step.after;
      }
    }
    return new Kept(entries, Math.max(reaches, listed));
  }

  private static void gather(
      List<Version> versions, long listed, Set<EntryId> replaced, List<Entry> to) {
    for (int i = versions.size() - 1; i >= 0 && to.size() < Tail.MOST; i--) {
      Version version = versions.get(i);
      Entry entry = version.entry();
      if (version.position() <= listed) {
        return;
      }
      boolean stands = replaced.isEmpty() || !replaced.contains(entry.id());
      if (stands && !entry.deleted()) {
        to.add(entry);
      }
      if (version.replaces()) {
        replaced.add(entry.id());
      }
    }
  }
}
