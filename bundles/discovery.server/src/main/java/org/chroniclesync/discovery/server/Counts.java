// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened since the start. The keys are ours, never a client's: so there are few, and none
 * tells a room, a name or an address. Safe for any thread.
 */
final class Counts {
  private final LongAdder joins = new LongAdder();
  private final LongAdder signals = new LongAdder();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> closes = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> cutHandshakes = new ConcurrentHashMap<>();

  void joined() {
    joins.increment();
  }

  /** A signal was received, for whomever. */
  void signal() {
    signals.increment();
  }

  void refused(Refusal refusal) {
    add(refusals, refusal.reason());
  }

  void closed(CloseCode code) {
    add(closes, String.valueOf(code.code()));
  }

  /** A connection was cut that had not joined yet. */
  void cutHandshake(String reason) {
    add(cutHandshakes, reason);
  }

  long joins() {
    return joins.sum();
  }

  long signals() {
    return signals.sum();
  }

  Map<String, Long> refusals() {
    return sums(refusals);
  }

  /** By close code. */
  Map<String, Long> closes() {
    return sums(closes);
  }

  Map<String, Long> cutHandshakes() {
    return sums(cutHandshakes);
  }

  private static void add(Map<String, LongAdder> counts, String key) {
    counts.computeIfAbsent(key, first -> new LongAdder()).increment();
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((key, count) -> sums.put(key, count.sum()));
    return sums;
  }
}
