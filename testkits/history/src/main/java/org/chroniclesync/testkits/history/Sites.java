// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The sites of a web: few of them have most of the visits. */
final class Sites {
  private static final int SITES = 3_000;
  private static final double EXPONENT = 1.05;

  private final List<Site> sites = new ArrayList<>();
  private final Zipf ranks = new Zipf(SITES, EXPONENT);

  Sites(Vocabulary vocabulary, Random random) {
    for (int i = 0; i < SITES; i++) {
      sites.add(new Site(vocabulary, random));
    }
  }

  Site first() {
    return sites.get(0);
  }

  Site any(Random random) {
    return sites.get(ranks.rank(random));
  }
}
