// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.support.browsers.Standing;
import org.chroniclesync.support.browsers.Visit;
import org.jspecify.annotations.Nullable;

/**
 * Follows what browsers change in visits that were imported: a title comes after its visit, or
 * changes with what the page does. Only the latest visits are looked at, and of a page only its
 * last, whose title the browser's is.
 *
 * <p>The first correction of a visit is taken at once: a page that changes its title all day makes
 * a version then, and about 1, 2, 4, 8, … minutes after the visit. A version is made as little
 * later than the one before as there is, a millisecond, and not at the time of the clock: whoever
 * deleted the visit meanwhile, on another device, knew nothing of the correction, and the deletion
 * must win. So the version also tells how many corrections there were, and a restart changes
 * little. For one thread.
 */
final class Titles {
  /** How many of the latest visits are looked at. */
  static final int LATEST = 1_000;

  /** Shortest time between two corrections of a visit. */
  static final int SPACING_MILLIS = 60_000;

  /** A visit that is so many doublings old is none of the latest. */
  private static final int MAX_DOUBLINGS = 30;

  /** What a page counts in its title: unread messages, people who are there. */
  private static final Pattern COUNTS = Pattern.compile("[(\\[{]\\s*[\\d.,]{1,12}\\+?\\s*[)\\]}]");

  private static final Pattern BLANKS_AND_BULLETS = Pattern.compile("[\\s•●*]+");

  /** What was seen of each visit, by its row, once nothing more was to be done about it. */
  private final Map<Long, Seen> settled = new HashMap<>();

  /** When each visit was corrected last, by its row. */
  private final Map<Long, Long> corrected = new HashMap<>();

  private long nextMillis = Long.MAX_VALUE;

  private record Seen(long micros, String title, boolean hidden) {
    static Seen of(Visit visit) {
      return new Seen(visit.micros(), visit.title(), visit.hidden());
    }
  }

  /** Returns the visits of which something changed, or is not known yet. */
  List<Visit> changed(List<Visit> latest) {
    nextMillis = Long.MAX_VALUE;
    Set<Long> rows = latest.stream().map(Visit::row).collect(Collectors.toSet());
    settled.keySet().retainAll(rows);
    corrected.keySet().retainAll(rows);
    return latest.stream()
        .filter(visit -> !Seen.of(visit).equals(settled.get(visit.row())))
        .toList();
  }

  /**
   * Makes the versions that replace those that stand.
   *
   * @param latest the latest visits, from which those that changed come
   * @param stands returns the standing version of a visit, or null
   */
  List<Entry> versions(
      List<Visit> changed,
      List<Visit> latest,
      Function<Visit, @Nullable Entry> stands,
      long nowMillis) {
    Map<Long, Long> lastOfPage = new HashMap<>();
    latest.forEach(visit -> lastOfPage.merge(visit.place(), visit.row(), Math::max));
    Set<Long> last = Set.copyOf(lastOfPage.values());
    List<Entry> versions = new ArrayList<>();
    for (Visit visit : changed) {
      Entry old = stands.apply(visit);
      if (old == null) {
        settled.put(visit.row(), Seen.of(visit));
        continue;
      }
      Optional<Entry> version = version(visit, old, last.contains(visit.row()), nowMillis);
      long due = version.isEmpty() ? nowMillis : Math.max(due(old), dueHere(visit, old));
      if (due <= nowMillis) {
        version.ifPresent(
            made -> {
              versions.add(made);
              corrected.put(visit.row(), nowMillis);
            });
        settled.put(visit.row(), Seen.of(visit));
      } else {
        nextMillis = Math.min(nextMillis, due);
      }
    }
    return versions;
  }

  private static Optional<Entry> version(
      Visit visit, Entry old, boolean lastOfPage, long nowMillis) {
    if (visit.hidden()) {
      // A page that led on by itself turned out to be a step of a redirect.
      return Optional.of(old.tombstone(Math.max(nowMillis, old.lastModifiedMillis() + 1)));
    }
    boolean may = lastOfPage || old.title().isEmpty();
    return may && !visit.title().isEmpty() && !isSame(visit.title(), old.title())
        ? Optional.of(retitled(old, visit.title()))
        : Optional.empty();
  }

  /** Returns from when on the version may be replaced by another of ours. */
  private static long due(Entry old) {
    long after = old.lastModifiedMillis() - Standing.millis(old);
    if (after <= 0) {
      return 0;
    }
    // Beyond that it is a time of the clock: an earlier program made the version, or an undoing.
    return after <= MAX_DOUBLINGS
        ? Standing.millis(old) + ((long) SPACING_MILLIS << (after - 1))
        : old.lastModifiedMillis() + Math.max(after, SPACING_MILLIS);
  }

  /** The same by when this node made the last version, which a restart forgets. */
  private long dueHere(Visit visit, Entry old) {
    Long made = corrected.get(visit.row());
    return made == null ? 0 : made + Math.max(made - Standing.millis(old), SPACING_MILLIS);
  }

  /** Tells whether titles differ in nothing but what they count. */
  static boolean isSame(String one, String other) {
    return uncounted(one).equals(uncounted(other));
  }

  private static String uncounted(String title) {
    String without = COUNTS.matcher(title).replaceAll(" ");
    String plain = BLANKS_AND_BULLETS.matcher(without).replaceAll(" ").strip();
    // A title of nothing but a number is a title.
    return plain.isEmpty() ? title : plain;
  }

  /** Returns the next version of a visit, with a title. */
  static Entry retitled(Entry old, String title) {
    return new Entry(
        old.device(),
        old.visitId(),
        old.url(),
        Profile.cut(title, Bounds.MAX_TITLE_CHARS),
        old.visitTimeMillis(),
        old.referringVisitId(),
        old.transition(),
        old.lastModifiedMillis() + 1,
        false,
        old.page(),
        old.unknown());
  }

  /** Tells whether a correction that had to wait may be made now. */
  boolean isDue(long nowMillis) {
    return nextMillis <= nowMillis;
  }
}
