// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.chroniclesync.api.sync.Part;

/** What the event loops of the node failed at, for its status. Safe for any thread. */
public final class EngineFaults {
  /** An event is dealt with once, and nothing shows that its fault is gone. */
  private static final Duration SAID = Duration.ofHours(1);

  private final FailureLog failures;
  private final LongSupplier nanos;
  private final Map<String, Fault> byLoop = new ConcurrentHashMap<>();

  private record Fault(Object task, String cause, long atNanos) {}

  /**
   * Makes it, without a fault.
   *
   * @param failures where the trace goes
   * @param nanos the time that has passed, as {@link System#nanoTime}
   */
  EngineFaults(FailureLog failures, LongSupplier nanos) {
    this.failures = failures;
    this.nanos = nanos;
  }

  /** A loop failed at a task. */
  void failed(String loop, Object task, Throwable failure) {
    String cause = "The node failed at a task of its own (" + loop + "): " + failure + ".";
    failures.add(cause, failure);
    byLoop.put(loop, new Fault(task, cause, nanos.getAsLong()));
  }

  /** A task that is done again and again went well. */
  void succeeded(String loop, Object task) {
    byLoop.computeIfPresent(loop, (name, fault) -> fault.task() == task ? null : fault);
  }

  /** Returns a part for each loop that lately failed at something. */
  public List<Part> parts() {
    byLoop.values().removeIf(fault -> nanos.getAsLong() - fault.atNanos() > SAID.toNanos());
    return byLoop.entrySet().stream()
        .map(entry -> new Part("engine", entry.getKey(), degraded(entry.getValue())))
        .toList();
  }

  private static Part.Degraded degraded(Fault fault) {
    return new Part.Degraded(
        fault.cause(),
        "The node goes on, but a device or a part may be left out until you restart it. If it"
            + " happens again, report it with the trace in the log.");
  }
}
