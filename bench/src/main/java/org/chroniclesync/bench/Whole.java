// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.chroniclesync.itests.harness.DiscoveryService;

/**
 * Two nodes, each a process, over real libwebrtc on this machine: how fast a history gets across,
 * what a live visit takes, and what it costs to compare two histories.
 */
public final class Whole {
  static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final List<String> PARTS = List.of("transfer", "compare");
  static final String NODE = "node";
  static final String BARE = "bare";
  static final String TCP = "tcp";
  private static final long BARE_BYTES = 200_000_000;
  private static final int LIVE = 300;
  private static final int COMPARED = 50;
  private static final int FEW = 10;
  private static final long SEED = 1;

  private final Path folder;

  private Whole(Path folder) {
    this.folder = folder;
  }

  /**
   * Measures, and prints a table.
   *
   * @param arguments sizes of histories, of which the largest is compared, too; beside them {@code
   *     transfer} or {@code compare} for one of both only
   */
  public static void main(String[] arguments) throws Exception {
    List<String> wanted = List.of(arguments);
    String first = wanted.isEmpty() ? "" : wanted.get(0);
    if (List.of(NODE, BARE, TCP).contains(first)) {
      List<String> rest = wanted.subList(1, wanted.size());
      switch (first) {
        case NODE -> MeasuredNode.main(rest);
        case BARE -> BareEnd.main(rest);
        default -> TcpEnd.main();
      }
      // Not halt: a flight recording is written at the exit.
      System.exit(0);
    }
    Path folder = Files.createTempDirectory("chroniclesync-bench");
    List<Integer> sizes =
        wanted.stream().filter(a -> !PARTS.contains(a)).map(Integer::valueOf).toList();
    try {
      Whole whole = new Whole(folder);
      if (!wanted.contains("compare")) {
        whole.transfer(sizes);
      }
      if (!wanted.contains("transfer")) {
        whole.compare(sizes);
      }
    } finally {
      delete(folder);
    }
    Runtime.getRuntime().halt(0);
  }

  private void transfer(List<Integer> sizes) throws Exception {
    double bare = bare();
    System.out.printf(Locale.ROOT, "a channel with nothing of ours: %.1f MB/s of frames%n", bare);
    System.out.printf(
        "%-14s %10s %8s %8s %7s %7s %9s %9s %8s %8s %8s%n",
        "entries",
        "entries/s",
        "bytes/e",
        "share %",
        "cpu A",
        "cpu B",
        "rss A MB",
        "rss B MB",
        "synced s",
        "p50 ms",
        "p99 ms");
    for (int size : sizes) {
      transfer(size, bare);
    }
  }

  private void compare(List<Integer> sizes) throws Exception {
    int largest = sizes.stream().max(Comparator.naturalOrder()).orElse(0);
    System.out.printf(
        "%n%-28s %12s %12s %10s %10s%n",
        "compared, " + largest + " each", "bytes A->B", "bytes B->A", "ms", "cpu ms");
    for (String missing : List.of("none", "newest:10", "newest:1000", "random:10", "random:1000")) {
      compare(largest, missing);
    }
  }

  /** Returns how many millions of bytes a second such a channel carries from one to the other. */
  private double bare() throws Exception {
    Path data = folder.resolve("bare");
    try (DiscoveryService service = DiscoveryService.start(data.resolve("discovery"));
        Child a = new Child(BARE, data.resolve("a"), service.url());
        Child b = new Child(BARE, data.resolve("b"), service.url())) {
      b.send("receive " + BARE_BYTES);
      a.order("send " + BARE_BYTES);
      return (double) BARE_BYTES / Long.parseLong(b.answer());
    }
  }

  /**
   * A history across to a node that has nothing, then live visits; then as much again of another
   * history, which the two get to know at their next meeting: then their code is compiled.
   */
  private void transfer(int size, double bare) throws Exception {
    Path data = folder.resolve("transfer-" + size);
    try (DiscoveryService service = DiscoveryService.start(data.resolve("discovery"));
        Child a = new Child(NODE, data.resolve("a"), service.url())) {
      a.order("fill " + SEED + " " + size + " none");
      a.order("settle");
      long usedA = a.number("cpu");
      try (Child b = new Child(NODE, data.resolve("b"), service.url())) {
        Crossing first = Crossing.of(a, b, size, size, usedA, b.number("cpu"), 0);
        b.send("latencies " + LIVE);
        a.order("live " + LIVE);
        String[] latencies = b.answer().split(" ");
        print(size + " first", first, bare, a, b);
        System.out.printf(
            Locale.ROOT,
            " %8.1f %8.1f%n",
            Double.parseDouble(latencies[0]) / 1e3,
            Double.parseDouble(latencies[1]) / 1e3);
        b.order("part");
        a.order("fill " + (SEED + 1) + " " + size + " none");
        a.order("settle");
        b.order("settle");
        long before = bytes(b);
        usedA = a.number("cpu");
        long usedB = b.number("cpu");
        b.order("meet");
        Crossing again = Crossing.of(a, b, size, 2L * size + LIVE, usedA, usedB, before);
        print(size + " more", again, bare, a, b);
        System.out.println();
      }
    }
    delete(data);
  }

  private static long bytes(Child child) throws IOException {
    return Long.parseLong(child.order("traffic").split(" ")[0]);
  }

  /** What it took to get some entries across. */
  private record Crossing(
      double entriesASecond, double bytesAnEntry, double cpuA, double cpuB, double synced) {
    /** Waits until the receiver holds so many. */
    static Crossing of(
        Child a, Child b, int size, long held, long usedA, long usedB, long bytesBefore)
        throws IOException {
      double seconds = b.number("await " + held) / 1e6;
      double perMillion = 1_000.0 * size / 1e6;
      double cpuA = (a.number("cpu") - usedA) / perMillion;
      double cpuB = (b.number("cpu") - usedB) / perMillion;
      double synced = b.number("in-sync") / 1e6;
      double bytes = bytes(b) - bytesBefore;
      return new Crossing(size / seconds, bytes / size, cpuA, cpuB, synced);
    }
  }

  private static void print(String name, Crossing crossing, double bare, Child a, Child b)
      throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%-14s %10.0f %8.1f %8.1f %7.1f %7.1f %9d %9d %8.1f",
        name,
        crossing.entriesASecond(),
        crossing.bytesAnEntry(),
        crossing.entriesASecond() * crossing.bytesAnEntry() / bare / 1e4,
        crossing.cpuA(),
        crossing.cpuB(),
        a.number("rss") / 1024,
        b.number("rss") / 1024,
        crossing.synced());
  }

  /** Both filled apart, so that they meet as strangers; one lacks something. */
  private void compare(int size, String missing) throws Exception {
    Path data = folder.resolve("compare-" + missing.replace(':', '-'));
    fill(data.resolve("a"), size, "none");
    fill(data.resolve("b"), size, missing);
    try (DiscoveryService service = DiscoveryService.start(data.resolve("discovery"));
        Child a = new Child(NODE, data.resolve("a"), null);
        Child b = new Child(NODE, data.resolve("b"), null)) {
      a.order("settle");
      b.order("settle");
      long used = a.number("cpu") + b.number("cpu");
      a.order("join " + service.url());
      b.order("join " + service.url());
      b.number("await " + size);
      long micros = Math.max(a.number("in-sync"), b.number("in-sync"));
      String[] traffic = b.order("traffic").split(" ");
      System.out.printf(
          Locale.ROOT,
          "%-28s %12s %12s %10d %10d%n",
          missing.equals("none") ? "equal" : missing.replace(":", " ") + " missing at B",
          traffic[0],
          traffic[1],
          micros / 1_000,
          a.number("cpu") + b.number("cpu") - used);
      if (missing.equals("none")) {
        compareAgain(a, b, 0);
        compareAgain(a, b, FEW);
      }
    }
    delete(data);
  }

  /**
   * Two that know each other, so that only the comparing is counted; less what they use idle. Where
   * something is missing, one has new visits that the other is not told of, before each.
   */
  private static void compareAgain(Child a, Child b, int missing) throws IOException {
    Compared first = Compared.of(a, b, missing);
    Compared again = Compared.of(a, b, missing);
    System.out.printf(
        Locale.ROOT,
        "%-28s %12d %12d %10d %10.1f%n",
        (missing == 0 ? "equal" : "newest " + missing + " missing at B") + ", again, " + COMPARED,
        again.bytesToB() / COMPARED,
        again.bytesToA() / COMPARED,
        again.millis() / COMPARED,
        (double) again.cpu() / COMPARED);
    if (first.held() + (long) missing * COMPARED != again.held()) {
      throw new IOException("not all that was missing was found");
    }
  }

  /** What some comparisons took together, and how many entries were held then. */
  private record Compared(long bytesToA, long bytesToB, long millis, long cpu, long held) {
    static Compared of(Child a, Child b, int missing) throws IOException {
      String feed = b.order("feed");
      long toA = bytes(a);
      long toB = bytes(b);
      long millis = 0;
      long cpu = 0;
      long held = 0;
      for (int i = 0; i < COMPARED; i++) {
        if (missing > 0) {
          held = a.number("hide " + feed + " " + missing);
        }
        cpu -= cpu(a, b);
        millis += a.number("compare 1");
        cpu += cpu(a, b);
        if (missing > 0) {
          b.number("await " + held);
        }
      }
      toA = bytes(a) - toA;
      toB = bytes(b) - toB;
      cpu += cpu(a, b);
      a.order("rest " + millis);
      return new Compared(toA, toB, millis, cpu - cpu(a, b), held);
    }

    private static long cpu(Child a, Child b) throws IOException {
      return a.number("cpu") + b.number("cpu");
    }
  }

  private static void fill(Path data, int size, String missing) throws Exception {
    try (Child alone = new Child(NODE, data, null)) {
      alone.order("fill " + SEED + " " + size + " " + missing);
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }
}
