// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.SummingStore;
import org.osgi.annotation.versioning.ProviderType;

/** Sums of any store. */
@ProviderType
public final class Summing {
  private Summing() {}

  /**
   * Returns a store with sums: the store itself if it keeps them, else one that calls it and reads
   * its whole change feed for each fingerprint, each split and each 2,000 entries of a range. From
   * memory that takes about 0.1 s with 30,000 visits, 0.2 s with 100,000 and 3 s with 300,000, and
   * longer from a file; a comparison asks some dozen times. So a node compares a store that keeps
   * no sums only up to 2,000 visits, and leaves it at positions with more.
   *
   * @param store the store
   * @return the same history; as safe for several threads as the store
   */
  public static SummingStore of(HistoryStore store) {
    return store instanceof SummingStore summing ? summing : new RangeScans(store);
  }

  /**
   * Checks an argument of {@link SummingStore#split}.
   *
   * @param parts how many parts are asked for
   * @throws IllegalArgumentException if it is outside the bounds
   */
  public static void checkParts(int parts) {
    if (parts < 1 || parts > SummingStore.MAX_PARTS) {
      throw new IllegalArgumentException(
          "a range in " + parts + " parts; 1 to " + SummingStore.MAX_PARTS + " are allowed");
    }
  }
}
