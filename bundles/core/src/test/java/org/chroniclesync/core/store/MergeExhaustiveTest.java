// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.core.TestStores.entries;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.Test;

/** Every order and every batching of up to three versions of two visits ends in one set. */
class MergeExhaustiveTest {
  private static final List<Entry> VERSIONS = versions();

  @Test
  void orderAndBatchesDoNotMatter() throws Exception {
    int cases = 0;
    for (Entry a : VERSIONS) {
      for (Entry b : VERSIONS) {
        for (Entry c : VERSIONS) {
          // Each order of each multiset is one of these triples; the other one is the reverse.
          Set<Entry> expected = merged(List.of(c, b, a));
          for (List<List<Entry>> batches : batchings(a, b, c)) {
            check(expected, batches);
            cases++;
          }
          check(expected, List.of(List.of(b), List.of(c), List.of(a)));
          check(expected, List.of(List.of(a), List.of(c), List.of(b)));
          cases += 2;
        }
      }
    }
    System.out.println("Merged " + cases + " orders and batchings");
    assertThat(cases).isGreaterThanOrEqualTo(16 * 16 * 16 * 6);
  }

  @Test
  void anyTwoStoresThatExchangeEndEqual() throws Exception {
    List<List<Entry>> sets = new ArrayList<>(List.of(List.of()));
    VERSIONS.forEach(a -> VERSIONS.forEach(b -> sets.add(List.of(a, b))));
    int cases = 0;
    for (List<Entry> left : sets) {
      for (List<Entry> right : sets) {
        List<Entry> ours = List.copyOf(merged(left));
        List<Entry> theirs = List.copyOf(merged(right));
        check(entries(store(List.of(ours, theirs))), List.of(theirs, ours));
        cases++;
      }
    }
    System.out.println("Exchanged between " + cases + " pairs");
    assertThat(cases).isGreaterThanOrEqualTo(257 * 257);
  }

  private static List<List<List<Entry>>> batchings(Entry a, Entry b, Entry c) {
    return List.of(
        List.of(List.of(a, b, c)),
        List.of(List.of(a, b), List.of(c)),
        List.of(List.of(a), List.of(b, c)),
        List.of(List.of(a), List.of(b), List.of(c)));
  }

  private static void check(Set<Entry> expected, List<List<Entry>> batches) throws Exception {
    if (!new HashSet<>(expected).equals(entries(store(batches)))) {
      throw new AssertionError("Not " + expected + " but of " + batches);
    }
  }

  private static Set<Entry> merged(List<Entry> entries) throws Exception {
    return entries(store(List.of(entries)));
  }

  private static FaultyStore store(List<List<Entry>> batches) throws Exception {
    FaultyStore store = TestStores.inMemory();
    for (List<Entry> batch : batches) {
      store.merge(Batch.of(batch));
    }
    return store;
  }

  /** An empty title stands for what a client of version 1 leaves out. */
  private static List<Entry> versions() {
    List<Entry> versions = new ArrayList<>();
    for (String visit : List.of("1", "2")) {
      for (long modified = 1; modified <= 2; modified++) {
        for (String title : List.of("", "a", "b")) {
          versions.add(visit(visit, modified, title));
        }
        versions.add(visit(visit, 0, "a").tombstone(modified));
      }
    }
    return versions;
  }

  private static Entry visit(String id, long modified, String title) {
    return Visits.visit("device", id, Visits.URL, title, 1_000, modified);
  }
}
