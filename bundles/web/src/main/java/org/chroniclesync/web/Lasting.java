// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;

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
  private final Turns<Q, Timed<A>> turns = new Turns<>(MAX_KEPT, any -> true);

  private record Timed<A>(Found<A> found, long madeNanos, long lastsNanos) {}

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
    Turns.Given<Timed<A>> given = turns.ask(question, history, this::does, now -> make(maker));
    Found<A> found = given.known().answer().found();
    return new Found<>(found.answer(), found.current() && given.known().isOf(given.now()));
  }

  private boolean does(Turns.Known<Timed<A>> known, StoreState now) {
    Timed<A> timed = known.answer();
    boolean current = timed.found().current() && known.isOf(now);
    return current
        || (now.entries() >= MANY && nanos.getAsLong() - timed.madeNanos() < timed.lastsNanos());
  }

  private Timed<A> make(Maker<A> maker) throws StorageException, InterruptedException {
    long began = nanos.getAsLong();
    Found<A> found = maker.make();
    long ended = nanos.getAsLong();
    return new Timed<>(found, ended, Math.min(REST * (ended - began), MAX_NANOS));
  }
}
