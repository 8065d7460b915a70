// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import org.chroniclesync.api.history.Entry;

/**
 * When two entries are one visit, by what a visit is: a page, a moment, a family of browsers. Never
 * by a path, which changes, nor by a node.
 */
public final class Sameness {
  private Sameness() {}

  /** How sure it is. */
  public enum Degree {
    /** Two visits. */
    OTHER,
    /**
     * The same to the last digit. One such pair may be chance where a browser counts roughly;
     * several of two devices are not.
     */
    EXACT,
    /**
     * The same up to the fractions of a millisecond, which the second lacks: Firefox Sync cuts them
     * off, and no browser that keeps them makes a visit without.
     */
    CUT
  }

  /** Compares a visit with one that may be a copy of it. */
  public static Degree of(Entry original, Entry copy) {
    if (!original.url().equals(copy.url())) {
      return Degree.OTHER;
    }
    Family family = family(copy);
    if (family(original) != family) {
      return Degree.OTHER;
    }
    double original0 = original.visitTimeMillis();
    double copy0 = copy.visitTimeMillis();
    if (original0 == copy0) {
      return Degree.EXACT;
    }
    return family == Family.FIREFOX && copy0 == Math.rint(copy0) && Math.floor(original0) == copy0
        ? Degree.CUT
        : Degree.OTHER;
  }

  /** Returns the family of the browser that recorded a visit. */
  public static Family family(Entry entry) {
    return Family.ofBrowser(entry.device().browserName());
  }
}
