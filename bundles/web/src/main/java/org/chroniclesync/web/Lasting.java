// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * What is dear to find out. While visits pour in, what took some time does for whoever asks for
 * nine times as long, so that those who ask take a tenth of a processor at most from those who
 * write; it says that it is not current then. What was deleted since is never shown. Safe for any
 * thread.
 *
 * @param <Q> a question, which has an equals of its own
 * @param <A> what is found, which nobody changes
 */
final class Lasting<Q, A> {
  static final int MAX_KEPT = 8;

  /** With fewer visits, it is found anew whenever the history has changed. */
  static final int MANY = 2_000;

  /** How many times as long as it took it does. */
  static final int REST = 9;

  static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final LongSupplier nanos;
  private final Map<Q, Turn<A>> turns =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Q, Turn<A>> eldest) {
          return size() > MAX_KEPT;
        }
      };

  /** Those who ask the same take turns: the second finds what the first was given. */
  private static final class Turn<A> {
    private @Nullable Kept<A> kept;
  }

  private record Kept<A>(StoreState state, Found<A> found, long madeNanos, long lastsNanos) {
    boolean isCurrent(StoreState now) {
      return found.current() && isOf(now) && state.head() == now.head();
    }

    private boolean isOf(StoreState now) {
      return state.feed().equals(now.feed()) && state.tombstones() == now.tombstones();
    }

    boolean does(StoreState now, long nanos) {
      return isOf(now) && now.entries() >= MANY && nanos - madeNanos < lastsNanos;
    }
  }

  /**
   * What was found.
   *
   * @param current false if visits came since
   */
  record Found<A>(A answer, boolean current) {}

  /** Finds it out. */
  interface Maker<A> {
    Found<A> make() throws StorageException, InterruptedException;
  }

  /**
   * Makes one.
   *
   * @param nanos a clock that only goes forward
   */
  Lasting(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Returns what was found a moment ago, or finds it. */
  Found<A> answer(Q question, History history, Maker<A> maker)
      throws StorageException, InterruptedException {
    Turn<A> turn = turn(question);
    synchronized (turn) {
      StoreState now = history.borrow(HistoryStore::state);
      long began = nanos.getAsLong();
      Kept<A> kept = turn.kept;
      if (kept != null && kept.isCurrent(now)) {
        return kept.found();
      }
      if (kept != null && kept.does(now, began)) {
        return new Found<>(kept.found().answer(), false);
      }
      Found<A> found = maker.make();
      long ended = nanos.getAsLong();
      long lasts = Math.min(REST * (ended - began), MAX_NANOS);
      turn.kept = new Kept<>(now, found, ended, lasts);
      return found;
    }
  }

  private Turn<A> turn(Q question) {
    synchronized (turns) {
      return turns.computeIfAbsent(question, any -> new Turn<>());
    }
  }
}
