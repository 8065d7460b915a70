// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.time.Instant;
import java.util.Locale;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.sync.Deletion;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of a deletion, as a mark in the store. It tells nothing of what was deleted.
 *
 * @param undoUntil until when it can be undone, or null if it cannot
 * @param last where the last tombstone is in the feed, or null if that is not known yet
 * @param problem why it failed, or null; not in the mark
 */
record Noted(
    long number,
    Instant at,
    long visits,
    Deletion.State state,
    @Nullable Instant undoUntil,
    @Nullable FeedPosition last,
    @Nullable String problem) {
  /** How many marks there are for deletions, more than are shown: each is used again. */
  static final int MARKS = 128;

  private static final String PREFIX = "deletion/";
  private static final String HOLDS = "deletions-held/";
  private static final String NONE = "-";

  Noted with(long deleted, @Nullable FeedPosition position) {
    return new Noted(number, at, deleted, state, undoUntil, position, problem);
  }

  Noted with(Deletion.State next, @Nullable String why) {
    boolean kept =
        next == Deletion.State.UNDOABLE
            || next == Deletion.State.UNDER_WAY
            || next == Deletion.State.UNDOING
            || next == Deletion.State.FAILED;
    return new Noted(number, at, visits, next, kept ? undoUntil : null, last, why);
  }

  /** Tells whether it can be undone now. */
  boolean isUndoable(Instant now) {
    return undoUntil != null
        && now.isBefore(undoUntil)
        && state != Deletion.State.UNDONE
        && state != Deletion.State.FINAL;
  }

  String mark() {
    return PREFIX + number % MARKS;
  }

  static boolean isMark(String name) {
    return name.startsWith(PREFIX);
  }

  /** The mark of the greatest number such that a peer holds this deletion and all before it. */
  static String holds(String peer) {
    return HOLDS + peer;
  }

  /** Returns the peer that such a mark is about, or null. */
  static @Nullable String peer(String name) {
    return name.startsWith(HOLDS) ? name.substring(HOLDS.length()) : null;
  }

  String value() {
    return String.join(
        " ",
        Long.toString(number),
        Long.toString(at.toEpochMilli()),
        Long.toString(visits),
        state.name().toLowerCase(Locale.ROOT),
        undoUntil == null ? NONE : Long.toString(undoUntil.toEpochMilli()),
        last == null ? NONE : last.after() + " " + last.feed().value());
  }

  /** Reads a mark; null if it is none that this software writes. */
  static @Nullable Noted read(String value) {
    String[] words = value.split(" ", 7);
    try {
      return new Noted(
          Long.parseLong(words[0]),
          Instant.ofEpochMilli(Long.parseLong(words[1])),
          Long.parseLong(words[2]),
          Deletion.State.valueOf(words[3].toUpperCase(Locale.ROOT)),
          words[4].equals(NONE) ? null : Instant.ofEpochMilli(Long.parseLong(words[4])),
          words[5].equals(NONE)
              ? null
              : new FeedPosition(new FeedId(words[6]), Long.parseLong(words[5])),
          null);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return null;
    }
  }
}
