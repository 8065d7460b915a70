// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.history.SyntheticHistory;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** Measures all parts and prints one table. Takes JMH's own options. */
public final class Parts {
  private static final int[] RECORDS = {1, 100, 500, 2_000};
  private static final int ENTRIES = 20_000;
  private static final int ROUNDS = 60;

  private Parts() {}

  /**
   * Measures and prints.
   *
   * @param arguments options of JMH
   * @throws Exception if a benchmark fails, or an option is none
   */
  public static void main(String[] arguments) throws Exception {
    Collection<RunResult> results = new Runner(new CommandLineOptions(arguments)).run();
    System.out.println();
    print("", "bytes an entry");
    for (int record : RECORDS) {
      print(record + " in a record", String.format(Locale.ROOT, "%.1f", bytesAnEntry(record)));
    }
    System.out.println();
    print("", "entries/s of processor time");
    CodecBenchmark codec = new CodecBenchmark();
    print("Codec decodeJson", count(aProcessorSecond(codec::decodeJson, CodecBenchmark.FRAME)));
    print("Codec encodeJson", count(aProcessorSecond(codec::encodeJson, CodecBenchmark.FRAME)));
    print("Codec pack", count(aProcessorSecond(codec::pack, CodecBenchmark.RECORD)));
    print("Codec unpack", count(aProcessorSecond(codec::unpack, CodecBenchmark.RECORD)));
    System.out.println();
    print("", "entries/s");
    results.stream()
        .sorted(Comparator.comparing(Parts::name))
        .forEach(result -> print(name(result), count(result.getPrimaryResult().getScore())));
  }

  /** Packs visits of three devices, as many in a record as it says. */
  static double bytesAnEntry(int record) {
    SyntheticHistory history = new SyntheticHistory(1, 3);
    JacksonMessageCodec codec = new JacksonMessageCodec();
    long bytes = 0;
    for (int i = 0; i < ENTRIES; i += record) {
      List<Entry> entries = history.next(record);
      bytes +=
          codec.pack(
                  new Message(
                      new Payload.History(entries, null, 0), "", SyntheticHistory.BEGIN_MILLIS))
              .length;
    }
    return (double) bytes / ENTRIES;
  }

  /** Tells the best of some rounds by what the thread used, whatever else the machine does. */
  private static double aProcessorSecond(Callable<?> codes, int entries) throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long began = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < ENTRIES; i += entries) {
        codes.call();
      }
      best = Math.max(best, ENTRIES * 1e9 / (threads.getCurrentThreadCpuTime() - began));
    }
    return best;
  }

  private static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  private static String name(RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    return benchmark.replace("org.chroniclesync.bench.", "").replace("Benchmark.", " ");
  }

  private static void print(String what, String figure) {
    System.out.printf(Locale.ROOT, "%-20s %28s%n", what, figure);
  }
}
