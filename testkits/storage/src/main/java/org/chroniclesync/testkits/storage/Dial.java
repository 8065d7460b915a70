// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * What one method of a {@link FaultyStore} does. It may be turned while calls are under way: each
 * call does what the dial said when it began. Safe for any thread.
 *
 * @param <R> what the method returns
 */
public final class Dial<R> {
  private record Setting<R>(@Nullable Fault<R> fault, boolean once) {}

  private final Setting<R> right = new Setting<>(null, false);
  private final AtomicReference<Setting<R>> setting = new AtomicReference<>(right);
  private final AtomicInteger calls = new AtomicInteger();

  Dial() {}

  /** Lets calls be as they should from now on. Those that hang are not released. */
  public void works() {
    setting.set(right);
  }

  /**
   * Makes each call faulty from now on.
   *
   * @param fault what it does instead
   */
  public void does(Fault<R> fault) {
    setting.set(new Setting<>(fault, false));
  }

  /**
   * Makes the next call faulty; those after it are as they should be.
   *
   * @param fault what it does instead
   */
  public void doesOnce(Fault<R> fault) {
    setting.set(new Setting<>(fault, true));
  }

  /**
   * Makes each call throw from now on.
   *
   * @param problem as for {@link Fault#throwing}
   */
  public void fails(Supplier<? extends Throwable> problem) {
    does(Fault.throwing(problem));
  }

  /**
   * Makes each call tell something else than the truth from now on.
   *
   * @param lie as for {@link Fault#lying}
   */
  public void lies(UnaryOperator<R> lie) {
    does(Fault.lying(lie));
  }

  /**
   * Makes each call hang before it does anything, from now on.
   *
   * @return where they hang; release it in the end
   */
  public Hang hangs() {
    Hang hang = new Hang();
    does(hang.first());
    return hang;
  }

  /**
   * Counts the calls so far, faulty or not, also those under way.
   *
   * @return how many there were
   */
  public int calls() {
    return calls.get();
  }

  R call(Fault.Right<R> call) throws StorageException {
    calls.incrementAndGet();
    Setting<R> now = setting.getAndUpdate(set -> set.once() ? right : set);
    Fault<R> fault = now.fault();
    return fault == null ? call.call() : fault.instead(call);
  }
}
