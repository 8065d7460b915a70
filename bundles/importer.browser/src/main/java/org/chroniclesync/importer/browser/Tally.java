// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.support.browsers.Visit;
import org.jspecify.annotations.Nullable;

/** Counts on from a position. For one thread. */
final class Tally {
  private final Position from;
  private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
  private long imported;
  private @Nullable Visit last;

  Tally(Position from) {
    this.from = from;
    skipped.putAll(from.skipped());
    imported = from.imported();
  }

  /** Counts a visit as imported, or as left out for a reason. */
  void count(Visit visit, Optional<SkipReason> reason) {
    reason.ifPresentOrElse(why -> skipped.merge(why, 1L, Long::sum), () -> imported++);
    last = visit;
  }

  boolean any() {
    return last != null;
  }

  Position position() {
    return last == null
        ? from
        : new Position(last.row(), last.storedTime(), imported, from.rules(), skipped);
  }
}
