// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;

/**
 * Compares the clock with the time that has really passed. Visits carry the time that the clock
 * shows, and of two versions the later one stands, so a person should know of a wrong clock. For
 * one thread at a time.
 */
final class ClockWatch implements PartReporter {
  /** Less is what the adjustment of a clock, or a pause of the process, looks like. */
  private static final Duration JUMP = Duration.ofMinutes(5);

  /** A jump that is not taken back may have put the clock right, so it is said for so long only. */
  private static final Duration SAID = Duration.ofHours(1);

  private final InstantSource clock;
  private final LongSupplier nanos;

  /** How far the clock is before the time that has passed, before the jump if there was one. */
  private Duration lead;

  private @Nullable Jump jump;

  private record Jump(Duration by, long atNanos) {}

  /**
   * Makes a watch.
   *
   * @param nanos the time that has passed, as {@link System#nanoTime}
   */
  ClockWatch(InstantSource clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.lead = leadNow();
  }

  private Duration leadNow() {
    return Duration.ofMillis(clock.millis()).minusNanos(nanos.getAsLong());
  }

  @Override
  public List<Part> parts() {
    Duration now = leadNow();
    Duration by = now.minus(lead);
    if (by.abs().compareTo(JUMP) <= 0) {
      lead = now;
      jump = null;
    } else if (jump == null || by.minus(jump.by()).abs().compareTo(JUMP) > 0) {
      jump = new Jump(by, nanos.getAsLong());
    } else if (nanos.getAsLong() - jump.atNanos() > SAID.toNanos()) {
      lead = now;
      jump = null;
    }
    return List.of(new Part("clock", "", jump == null ? new Part.Well() : degraded(jump.by())));
  }

  private static Part.Degraded degraded(Duration by) {
    return by.isNegative()
        ? new Part.Degraded(
            "The clock of this device went back by " + minutes(by.negated()) + ".",
            "If it is wrong now, set it. Until it has caught up, what happens now counts as older"
                + " than what happened before.")
        : new Part.Degraded(
            "The clock of this device went forward by " + minutes(by) + ".",
            "If the device slept, all is well. Otherwise set the clock: visits get the time that it"
                + " shows.");
  }

  private static String minutes(Duration by) {
    return by.toHours() == 0
        ? by.toMinutes() + " min"
        : by.toHours() + " h " + by.toMinutesPart() + " min";
  }
}
