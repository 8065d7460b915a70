// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

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

  private final Turns<Q, byte[]> turns =
      new Turns<>(MAX_ANSWERS, answer -> answer.length <= MAX_BYTES);

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
    return turns
        .ask(question, history, (known, now) -> known.state().head() >= position, maker::make)
        .known()
        .answer();
  }
}
