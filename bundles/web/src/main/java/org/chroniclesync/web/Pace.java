// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.HashMap;
import java.util.Map;

/**
 * How often the pages are told of what changes all the time, as a sync does: at once when it
 * begins, and then at each second look. What stands is told at the end. For one thread.
 */
final class Pace {
  static final int LOOKS_A_CHANGE = 2;

  /** What has not been spoken of for so long is forgotten. */
  static final int LOOKS_KEPT = 20;

  private final Map<String, Told> told = new HashMap<>();
  private int look;
  private int visits = -LOOKS_A_CHANGE;

  /** What was told last of a topic, and by which look. */
  private record Told(EventStream.Event event, int look) {}

  /** Begins the next look. */
  void next() {
    look++;
    told.values().removeIf(one -> look - one.look() > LOOKS_KEPT);
  }

  /** Forgets what was told, since nobody listens. */
  void forget() {
    told.clear();
  }

  /** Says what is told of a topic: what there is now, or what was told a moment ago. */
  EventStream.Event of(EventStream.Event now) {
    Told before = told.get(now.topic());
    if (before != null
        && (before.event().digest() == now.digest() || look - before.look() < LOOKS_A_CHANGE)) {
      return before.event();
    }
    told.put(now.topic(), new Told(now, look));
    return now;
  }

  /** Tells whether it is time to say that visits came; then it counts as said. */
  boolean saysVisits() {
    if (look - visits < LOOKS_A_CHANGE) {
      return false;
    }
    visits = look;
    return true;
  }
}
