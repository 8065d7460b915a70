// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was seen of a value that only grows could have been seen if each call had taken
 * effect at one moment between its beginning and its end.
 *
 * @param writes calls that raised the value to at least theirs
 * @param reads calls that saw a value
 */
record Growing(List<Call> writes, List<Call> reads) {
  /**
   * A call.
   *
   * @param begin in nanoseconds
   * @param end in nanoseconds
   * @param value what it wrote or saw
   */
  record Call(long begin, long end, long value) {}

  void check(String what) {
    TreeMap<Long, Long> written = greatestUntil(writes, Call::end);
    TreeMap<Long, Long> begun = greatestUntil(writes, Call::begin);
    TreeMap<Long, Long> seen = greatestUntil(reads, Call::end);
    for (Call read : reads) {
      assertThat(read.value())
          .as(what + ", against what was written")
          .isBetween(value(written.lowerEntry(read.begin())), value(begun.floorEntry(read.end())));
      assertThat(read.value())
          .as(what + ", against what was seen before")
          .isGreaterThanOrEqualTo(value(seen.lowerEntry(read.begin())));
    }
  }

  /** Returns the greatest value of the calls up to each moment at which one began or ended. */
  private static TreeMap<Long, Long> greatestUntil(List<Call> calls, ToLongFunction<Call> moment) {
    TreeMap<Long, Long> greatest = new TreeMap<>();
    long greatestSoFar = 0;
    for (Call call : calls.stream().sorted(Comparator.comparingLong(moment)).toList()) {
      greatestSoFar = Math.max(greatestSoFar, call.value());
      greatest.put(moment.applyAsLong(call), greatestSoFar);
    }
    return greatest;
  }

  private static long value(Map.@Nullable Entry<Long, Long> entry) {
    return entry == null ? 0 : entry.getValue();
  }
}
