// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Each time has one leaf, each leaf one bucket in each level, and their order is that of time. */
class TimeTreeProperties {
  @Property
  void aLeafHoldsItsTimes(@ForAll("times") double time) {
    long leaf = TimeTree.leaf(time);
    assertThat(leaf).isBetween(TimeTree.FIRST_LEAF, TimeTree.LAST_LEAF);
    assertThat(time).isGreaterThanOrEqualTo(TimeTree.start(leaf));
    assertThat(time).isLessThan(TimeTree.start(leaf + 1));
  }

  @Property
  void theTopHoldsAllLeaves(@ForAll("times") double time) {
    long bucket = TimeTree.leaf(time);
    for (int level = 0; level < TimeTree.TOP; level++) {
      long parent = TimeTree.parent(bucket);
      assertThat(bucket)
          .isBetween(TimeTree.firstChild(parent), TimeTree.firstChild(parent + 1) - 1);
      assertThat(TimeTree.roundDown(bucket)).isEqualTo(TimeTree.firstChild(parent));
      assertThat(TimeTree.roundUp(bucket)).isBetween(bucket, TimeTree.firstChild(parent + 1));
      bucket = parent;
    }
    assertThat(bucket).isBetween(TimeTree.FIRST_TOP, TimeTree.LAST_TOP);
  }

  @Provide
  Arbitrary<Double> times() {
    Arbitrary<Double> odd =
        Arbitraries.of(
            0.0,
            -0.0,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            TimeTree.start(TimeTree.LAST_LEAF),
            Math.nextDown(TimeTree.start(TimeTree.LAST_LEAF)),
            TimeTree.start(TimeTree.FIRST_LEAF + 1),
            Math.nextDown(TimeTree.start(TimeTree.FIRST_LEAF + 1)),
            Math.nextDown(TimeTree.start(-1)));
    return Arbitraries.oneOf(odd, Arbitraries.doubles().between(-1e13, 1e13));
  }
}
