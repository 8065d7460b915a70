// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.chroniclesync.api.storage.StorageException;

/**
 * What a {@link FaultyStore} does instead of one of its calls. A lambda that is given the right
 * call and may make it first, last, twice or never. Called on the threads of the callers, by
 * several of them at once.
 *
 * @param <R> what the call returns
 */
@FunctionalInterface
public interface Fault<R> {
  /**
   * A call of the store behind the faulty one, with its arguments.
   *
   * @param <R> what it returns
   */
  @FunctionalInterface
  interface Right<R> {
    /**
     * Makes the call.
     *
     * @return what the store behind returns
     * @throws StorageException if the store behind throws it
     */
    R call() throws StorageException;
  }

  /**
   * Stands in for a call.
   *
   * @param right the call as it should be
   * @return what the caller is told
   * @throws StorageException for the caller
   */
  R instead(Right<R> right) throws StorageException;

  /**
   * Throws and does nothing.
   *
   * @param problem makes what is thrown: a {@link StorageException}, a {@link RuntimeException} or
   *     an {@link Error}
   * @param <R> what the call would return
   * @return the fault
   */
  static <R> Fault<R> throwing(Supplier<? extends Throwable> problem) {
    return right -> {
      throw thrown(problem.get());
    };
  }

  /**
   * Does what it should, then throws: a merge is durable and nobody knows.
   *
   * @param problem as for {@link #throwing}
   * @param <R> what the call would return
   * @return the fault
   */
  static <R> Fault<R> throwingAfterwards(Supplier<? extends Throwable> problem) {
    return right -> {
      right.call();
      throw thrown(problem.get());
    };
  }

  /**
   * Does what it should and says something else.
   *
   * @param lie makes what is said from what is true
   * @param <R> what the call returns
   * @return the fault
   */
  static <R> Fault<R> lying(UnaryOperator<R> lie) {
    return right -> lie.apply(right.call());
  }

  /**
   * Does nothing and answers as if it had: a merge is acknowledged and lost.
   *
   * @param answer makes the answer
   * @param <R> what the call returns
   * @return the fault
   */
  static <R> Fault<R> pretending(Supplier<R> answer) {
    return right -> answer.get();
  }

  private static StorageException thrown(Throwable problem) {
    if (problem instanceof Error error) {
      throw error;
    }
    if (problem instanceof RuntimeException exception) {
      throw exception;
    }
    if (problem instanceof StorageException exception) {
      return exception;
    }
    throw new IllegalArgumentException("no store can throw " + problem, problem);
  }
}
