// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.LinkedHashMap;
import java.util.Map;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * Answers that do for all who ask the same. Whoever asks says which changes the answer must hold,
 * so nobody gets one that is older than what they were told; many pages that are told of the same
 * changes get one answer. Safe for any thread.
 *
 * @param <Q> a question, which has an equals of its own
 */
final class SharedAnswers<Q> {
  static final int MAX_ANSWERS = 16;

  /** Larger ones are not kept. */
  static final int MAX_BYTES = 524_288;

  private final Map<Q, Turn> turns =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Q, Turn> eldest) {
          return size() > MAX_ANSWERS;
        }
      };

  /** Those who ask the same take turns: the second finds what the first was given. */
  private static final class Turn {
    private @Nullable Kept kept;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(StoreState state, byte[] bytes) {
    /** What was deleted since is never shown again. */
    boolean does(StoreState now, long position) {
      return state.feed().equals(now.feed())
          && state.tombstones() == now.tombstones()
          && state.head() >= position;
    }
  }

  /** Makes an answer. */
  interface Maker {
    /**
     * Makes it.
     *
     * @param state of the store before it was read
     */
    byte[] make(StoreState state) throws StorageException, InterruptedException;
  }

  /**
   * Answers.
   *
   * @param position the answer holds all changes up to there; null for all that there are now
   */
  byte[] answer(Q question, @Nullable Long position, History history, Maker maker)
      throws StorageException, InterruptedException {
    if (position == null) {
      return maker.make(history.borrow(HistoryStore::state));
    }
    Turn turn = turn(question);
    synchronized (turn) {
      StoreState now = history.borrow(HistoryStore::state);
      Kept kept = turn.kept;
      if (kept != null && kept.does(now, position)) {
        return kept.bytes();
      }
      byte[] bytes = maker.make(now);
      turn.kept = bytes.length > MAX_BYTES ? null : new Kept(now, bytes);
      return bytes;
    }
  }

  private Turn turn(Q question) {
    synchronized (turns) {
      return turns.computeIfAbsent(question, any -> new Turn());
    }
  }
}
