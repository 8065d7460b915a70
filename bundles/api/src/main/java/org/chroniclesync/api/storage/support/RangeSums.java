// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Range;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The digests of all standing versions in their order, and sums of them, for a store that has its
 * entries in memory: each version is digested once, and a range is answered from the sums within
 * it. About a hundred bytes a visit. Not safe for several threads: the store's lock guards it.
 */
@ProviderType
public final class RangeSums {
  /** A quarter of an hour, about, has one sum. */
  private static final double LEAF_MILLIS = 1L << 20;

  /** Times before and after all history share the outermost sums. */
  private static final double OUTERMOST = 1L << 40;

  private final NavigableMap<Bound, EntryDigest> digests = new TreeMap<>();
  private final NavigableMap<Long, Fingerprint> leaves = new TreeMap<>();

  /** Makes those of an empty store. */
  public RangeSums() {}

  /**
   * Takes notice of a version that stands from now on.
   *
   * @param held the version of the same visit that stood before, or null
   * @param entry the version that stands now
   */
  public void replace(@Nullable Entry held, Entry entry) {
    if (held != null) {
      Bound place = Bound.of(held);
      EntryDigest digest = digests.remove(place);
      if (digest != null) {
        leaves.computeIfPresent(
            leaf(place),
            (leaf, sum) -> {
              Fingerprint rest = sum.minus(digest);
              return rest.count() == 0 ? null : rest;
            });
      }
    }
    Bound place = Bound.of(entry);
    EntryDigest digest = EntryDigest.of(entry);
    digests.put(place, digest);
    leaves.merge(leaf(place), Fingerprint.EMPTY.plus(digest), Fingerprint::plus);
  }

  /** Forgets all. */
  public void clear() {
    digests.clear();
    leaves.clear();
  }

  /**
   * Answers {@link org.chroniclesync.api.storage.SummingStore#fingerprint}.
   *
   * @param range the range
   * @return its fingerprint
   */
  public Fingerprint fingerprint(Range range) {
    long first = leaf(range.from());
    long last = leaf(range.until());
    if (first == last) {
      return sum(range.from(), range.until());
    }
    Fingerprint sum = sum(range.from(), start(first + 1)).plus(sum(start(last), range.until()));
    for (Fingerprint leaf : leaves.subMap(first, false, last, false).values()) {
      sum = sum.plus(leaf);
    }
    return sum;
  }

  /**
   * Answers {@link org.chroniclesync.api.storage.SummingStore#split}.
   *
   * @param range the range
   * @param parts how many
   * @return the bounds between them
   * @throws IllegalArgumentException if that are too many, or none
   */
  public List<Bound> split(Range range, int parts) {
    Summing.checkParts(parts);
    long count = fingerprint(range).count();
    long most = Math.min(parts, count);
    List<Bound> bounds = new ArrayList<>();
    Bound before = range.from();
    long number = 0;
    for (Bound place : places(range)) {
      if (bounds.size() + 1 < most && number == (bounds.size() + 1) * count / most) {
        bounds.add(Bound.between(before, place));
      }
      before = place;
      number++;
    }
    return bounds;
  }

  /**
   * Returns where the standing versions of a range are.
   *
   * @param range the range
   * @return their places, in order; a view, for the time until the next change
   */
  public Iterable<Bound> places(Range range) {
    return digests.subMap(range.from(), true, range.until(), false).keySet();
  }

  private Fingerprint sum(Bound from, Bound until) {
    Fingerprint sum = Fingerprint.EMPTY;
    for (Map.Entry<Bound, EntryDigest> one : digests.subMap(from, true, until, false).entrySet()) {
      sum = sum.plus(one.getValue());
    }
    return sum;
  }

  private static long leaf(Bound place) {
    double leaf = Math.floor(place.visitTimeMillis() / LEAF_MILLIS);
    if (leaf * LEAF_MILLIS > place.visitTimeMillis()) {
      leaf--; // a moment just before 1970, too small to be divided
    }
    return (long) Math.max(-OUTERMOST, Math.min(OUTERMOST, leaf));
  }

  private static Bound start(long leaf) {
    return new Bound(leaf * LEAF_MILLIS, null);
  }
}
