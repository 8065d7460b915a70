// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.util.Collection;
import java.util.Locale;

/** Milliseconds, the least first. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Times(double... sorted) {
  static Times of(Collection<Double> times) {
    return new Times(times.stream().mapToDouble(Double::doubleValue).sorted().toArray());
  }

  double median() {
    return at(0.5);
  }

  double p99() {
    return at(0.99);
  }

  private double at(double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (sorted.length * share)];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "median %.1f ms, p99 %.1f ms of %,d", median(), p99(), sorted.length);
  }
}
