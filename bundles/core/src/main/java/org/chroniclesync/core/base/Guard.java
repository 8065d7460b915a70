// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.function.Supplier;
import org.chroniclesync.api.sync.Part;
import org.jspecify.annotations.Nullable;

/**
 * Calls a part of somebody else's. An exception or an error of the part costs that part: it is
 * said, with its trace in the log, and the caller goes on. Errors, too: a bundle that is updated
 * under our hands shows as one.
 *
 * @param failures where it is said
 */
public record Guard(FailureLog failures) {
  /**
   * Makes a call.
   *
   * @param part the part, as a person knows it
   * @return null if the part failed
   */
  public <T> @Nullable T call(String part, Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException | Error e) {
      failures.add(sentence(part, e), e);
      return null;
    }
  }

  /** Makes a call that returns nothing. Returns false if the part failed. */
  public boolean run(String part, Runnable call) {
    return call(
            part,
            () -> {
              call.run();
              return true;
            })
        != null;
  }

  /** Makes a failure of what a part threw. */
  public static Part.Failed failed(String part, Throwable failure) {
    return new Part.Failed(
        part + " failed: " + failure + ".", "Update, restart or remove its bundle.");
  }

  /** Says that a part failed, and what to do. */
  public static String sentence(String part, Throwable failure) {
    return part
        + " failed: "
        + failure
        + ". The node goes on without it; update, restart or remove its bundle.";
  }
}
