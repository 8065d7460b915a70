// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * Those who ask the same take turns: the second finds what the first was given, and whoever asks
 * says whether it does. What was deleted since is never shown again. Safe for any thread.
 *
 * @param <Q> a question, which has an equals of its own
 * @param <A> what is found, which nobody changes
 */
final class Turns<Q, A> {
  private final Map<Q, Turn<A>> turns;
  private final Predicate<A> keeps;

  private static final class Turn<A> {
    private @Nullable Known<A> known;
  }

  /**
   * What was found.
   *
   * @param state of the store before it was read
   */
  record Known<A>(StoreState state, A answer) {
    private boolean hasNothingDeleted(StoreState now) {
      return state.feed().equals(now.feed()) && state.tombstones() == now.tombstones();
    }

    boolean isOf(StoreState now) {
      return state.head() == now.head();
    }
  }

  /**
   * What whoever asked is given.
   *
   * @param now the state of the store when it was their turn
   */
  record Given<A>(Known<A> known, StoreState now) {}

  /** Finds it. */
  interface Finder<A> {
    /**
     * Finds it.
     *
     * @param now the state of the store before it is read
     */
    A find(StoreState now) throws StorageException, InterruptedException;
  }

  /**
   * Makes one.
   *
   * @param most of more questions, that which nobody asked for longest is forgotten
   * @param keeps which answers are kept for others
   */
  Turns(int most, Predicate<A> keeps) {
    this.keeps = keeps;
    turns =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Q, Turn<A>> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * Returns what was found, or finds it.
   *
   * @param does whether what was found does, as the store is now
   */
  Given<A> ask(
      Q question, History history, BiPredicate<Known<A>, StoreState> does, Finder<A> finder)
      throws StorageException, InterruptedException {
    Turn<A> turn = turn(question);
    synchronized (turn) {
      StoreState now = history.borrow(HistoryStore::state);
      Known<A> known = turn.known;
      if (known == null || !known.hasNothingDeleted(now) || !does.test(known, now)) {
        known = new Known<>(now, finder.find(now));
        turn.known = keeps.test(known.answer()) ? known : null;
      }
      return new Given<>(known, now);
    }
  }

  private Turn<A> turn(Q question) {
    synchronized (turns) {
      return turns.computeIfAbsent(question, any -> new Turn<>());
    }
  }
}
