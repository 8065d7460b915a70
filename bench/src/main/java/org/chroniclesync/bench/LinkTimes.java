// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.itests.harness.DiscoveryService;

/**
 * A first sync over a link that is long, or slow, beside what a plain TCP connection and a data
 * channel with nothing of ours carry there in the same run. It runs in one network namespace, and
 * puts the second node into another.
 */
public final class LinkTimes {
  private static final long PATIENCE_SECONDS = 20;
  private static final String ONE = "10.99.0.1";
  private static final String OTHER = "10.99.0.2";
  private static final long SEED = 1;
  private static final int LIVE = 50;
  private static final int MESSAGE_BYTES = 65_536;
  private static final long FAST_BITS = 200_000_000;
  private static final long SLOW_BITS = 1_000_000;
  private static final List<Integer> ROUND_TRIPS = List.of(0, 20, 50, 200);
  private static final int SLOW_ROUND_TRIP = 50;
  private static final String WEBRTC = "org.chroniclesync.transport.webrtc";
  private static final String WEBSOCKET = "org.chroniclesync.transport.websocket";

  private final Path folder;
  private final List<String> there;
  private final Process relay;
  private final PrintWriter orders;
  private final BufferedReader answers;
  private int runs;

  private LinkTimes(Path folder, String relay, String space) throws Exception {
    this.folder = folder;
    this.there = List.of("ip", "netns", "exec", space);
    this.relay =
        new ProcessBuilder("python3", relay, "one", "other")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    orders = new PrintWriter(this.relay.outputWriter(StandardCharsets.UTF_8), true);
    answers = this.relay.inputReader(StandardCharsets.UTF_8);
    answer("ready");
    call("ip", "link", "set", "other", "netns", space);
    link(List.of(), "one", ONE, OTHER);
    link(there, "other", OTHER, ONE);
  }

  /**
   * Measures, and prints a table.
   *
   * @param arguments the relay, the namespace of the other end, and how many visits
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("chroniclesync-links");
    int entries = Integer.parseInt(arguments[2]);
    try {
      LinkTimes links = new LinkTimes(folder, arguments[0], arguments[1]);
      try {
        links.measure(entries);
      } finally {
        links.relay.destroy();
        links.relay.onExit().join();
      }
    } finally {
      Whole.delete(folder);
    }
    Runtime.getRuntime().halt(0);
  }

  /** A node that has a history and one of the transports, and the service by which it is found. */
  private record Ground(String transport, String without, DiscoveryService service, Child one)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      one.close();
      service.close();
    }
  }

  private Ground ground(String transport, String without, int entries) throws Exception {
    Path data = Files.createDirectory(folder.resolve(transport));
    DiscoveryService service =
        DiscoveryService.start(data.resolve("discovery"), ONE, DiscoveryService.freePort());
    List<String> told = List.of(service.url(), without);
    Child one = new Child(List.of(), Whole.NODE, data.resolve("one"), told);
    one.order("fill " + SEED + " " + entries + " none");
    one.order("settle");
    return new Ground(transport, without, service, one);
  }

  private void measure(int entries) throws Exception {
    try (Ground webrtc = ground("webrtc", WEBSOCKET, entries);
        Ground websocket = ground("websocket", WEBRTC, entries)) {
      System.out.printf(
          "%-20s %-10s %10s %8s %8s %8s %8s %9s %9s%n",
          "link",
          "transport",
          "entries/s",
          "MB/s",
          "plain",
          "share %",
          "synced s",
          "p50 ms",
          "most ms");
      for (int roundTrip : ROUND_TRIPS) {
        set(roundTrip, FAST_BITS);
        String name = roundTrip + " ms, " + FAST_BITS / 1_000_000 + " Mbit/s";
        crossed(name, webrtc, entries, false);
        crossed(name, websocket, entries, false);
      }
      set(SLOW_ROUND_TRIP, SLOW_BITS);
      String slow = SLOW_ROUND_TRIP + " ms, " + SLOW_BITS / 1_000_000 + " Mbit/s";
      crossed(slow, webrtc, entries, true);
      crossed(slow, websocket, entries, true);
    }
  }

  /** One way across, and as many bytes by what carries them with nothing of ours. */
  private void crossed(String link, Ground ground, int entries, boolean live) throws Exception {
    Path data = Files.createDirectory(folder.resolve("run-" + ++runs));
    Crossing crossing = crossing(data, ground, entries, live);
    double plain =
        ground.transport().equals("webrtc")
            ? channel(data, crossing.bytes())
            : tcp(data, crossing.bytes());
    double rate = crossing.bytes() / crossing.micros();
    System.out.printf(
        Locale.ROOT,
        "%-20s %-10s %10.0f %8.2f %8.2f %8.1f %8.2f %9s %9s%n",
        link,
        ground.transport(),
        entries * 1e6 / crossing.micros(),
        rate,
        plain,
        100 * rate / plain,
        crossing.syncedMicros() / 1e6,
        crossing.half(),
        crossing.most());
    Whole.delete(data);
  }

  /**
   * How a history came across.
   *
   * @param half how long half of the live visits took at most, in milliseconds, or a dash
   * @param most the same of 49 of 50
   */
  private record Crossing(
      double micros, long bytes, double syncedMicros, String half, String most) {}

  private Crossing crossing(Path data, Ground ground, int entries, boolean live) throws Exception {
    List<String> told = List.of(ground.service().url(), ground.without());
    try (Child other = new Child(there, Whole.NODE, data.resolve("other"), told)) {
      String[] latencies = {"-", "-"};
      if (live) {
        other.number("await 1");
        other.send("latencies " + LIVE);
        ground.one().order("live " + LIVE);
        String[] micros = other.answer().split(" ");
        for (int i = 0; i < latencies.length; i++) {
          latencies[i] = Long.toString(Long.parseLong(micros[i]) / 1_000);
        }
      }
      double micros = other.number("await " + (entries + (live ? LIVE : 0)));
      double synced = other.number("in-sync");
      long bytes = Long.parseLong(other.order("traffic").split(" ")[0]);
      return new Crossing(micros, bytes, synced, latencies[0], latencies[1]);
    }
  }

  /** Returns how many millions of bytes a second a data channel carries. */
  private double channel(Path data, long bytes) throws Exception {
    try (DiscoveryService service =
            DiscoveryService.start(data.resolve("discovery"), ONE, DiscoveryService.freePort());
        Child one =
            new Child(List.of(), Whole.BARE, data.resolve("bare-one"), List.of(service.url()));
        Child other =
            new Child(there, Whole.BARE, data.resolve("bare-other"), List.of(service.url()))) {
      other.send("receive " + bytes);
      one.order("send-by " + bytes + " " + MESSAGE_BYTES);
      return (double) bytes / Long.parseLong(other.answer());
    }
  }

  private double tcp(Path data, long bytes) throws Exception {
    try (Child one = new Child(List.of(), Whole.TCP, data.resolve("tcp-one"), List.of());
        Child other = new Child(there, Whole.TCP, data.resolve("tcp-other"), List.of())) {
      long port = other.number("port");
      other.send("receive " + bytes);
      one.order("send " + OTHER + " " + port + " " + bytes);
      return (double) bytes / Long.parseLong(other.answer());
    }
  }

  private void set(int roundTripMillis, long bits) throws IOException {
    orders.println(roundTripMillis + " " + bits);
    answer("ok");
  }

  private void answer(String expected) throws IOException {
    String line = answers.readLine();
    if (!expected.equals(line)) {
      throw new IOException("the link has ended: " + line);
    }
  }

  private static void link(List<String> place, String name, String own, String peer)
      throws Exception {
    List<String> command = new ArrayList<>(place);
    command.addAll(List.of("ip", "addr", "add", own, "peer", peer, "dev", name));
    call(command.toArray(String[]::new));
    command = new ArrayList<>(place);
    command.addAll(List.of("ip", "link", "set", name, "up", "txqueuelen", "10000"));
    call(command.toArray(String[]::new));
  }

  private static void call(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command));
    }
  }
}
