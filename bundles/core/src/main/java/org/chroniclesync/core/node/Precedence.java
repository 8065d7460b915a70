// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which of several discoveries are in use: those that come first, and others while there is need of
 * them. A need counts when it has lasted, and so does the end of one, so that a line that comes and
 * goes does not take the others along. For one thread at a time.
 *
 * @param <K> what stands for a discovery
 */
final class Precedence<K> {
  private final Duration inAfter;
  private final Duration outAfter;
  private final Duration lookAfter;
  private final LongSupplier nanoTime;
  private final Map<K, Standing> standings = new HashMap<>();

  private static final class Standing {
    private boolean used;
    private long since;

    /** Since when the need is another than it was, if it is. */
    private @Nullable Long otherSince;

    Standing(long now) {
      since = now;
    }

    private void use(boolean now, long at) {
      if (used != now) {
        used = now;
        since = at;
      }
      otherSince = null;
    }
  }

  /**
   * Makes it.
   *
   * @param inAfter how long one is to be needed before it is used
   * @param outAfter how long one is not to be needed before it is used no more
   * @param lookAfter how long one is not used before it is all the same, for once
   * @param nanoTime the time, as {@link System#nanoTime}
   */
  Precedence(Duration inAfter, Duration outAfter, Duration lookAfter, LongSupplier nanoTime) {
    this.inAfter = inAfter;
    this.outAfter = outAfter;
    this.lookAfter = lookAfter;
    this.nanoTime = nanoTime;
  }

  /**
   * Decides anew.
   *
   * @param priorities of all that have one
   * @param reachable whether one is in its room
   * @param searched whether somebody is looked for who is not found at those before this one
   */
  void decide(Map<K, Integer> priorities, Predicate<K> reachable, Predicate<K> searched) {
    long now = nanoTime.getAsLong();
    standings.keySet().retainAll(priorities.keySet());
    priorities.forEach(
        (one, priority) -> {
          Standing standing = standings.computeIfAbsent(one, added -> new Standing(now));
          Set<K> before = Set.copyOf(before(priority, priorities));
          if (before.isEmpty()) {
            standing.use(true, now);
          } else {
            settle(standing, before.stream().noneMatch(reachable) || searched.test(one), now);
          }
        });
  }

  private static <K> Set<K> before(int priority, Map<K, Integer> priorities) {
    Map<K, Integer> before = new HashMap<>(priorities);
    before.values().removeIf(other -> other >= priority);
    return before.keySet();
  }

  private void settle(Standing standing, boolean needed, long now) {
    if (needed == standing.used) {
      standing.otherSince = null;
      if (!needed && hasPassed(lookAfter, standing.since, now)) {
        standing.use(true, now);
      }
      return;
    }
    Long since = standing.otherSince;
    if (since == null) {
      since = now;
      standing.otherSince = since;
    }
    if (hasPassed(needed ? inAfter : outAfter, since, now)) {
      standing.use(needed, now);
    }
  }

  private static boolean hasPassed(Duration patience, long since, long now) {
    return now - since >= patience.toNanos();
  }

  /** Tells what was decided; one of which nothing was decided yet is not used. */
  boolean isUsed(K one) {
    Standing standing = standings.get(one);
    return standing != null && standing.used;
  }
}
