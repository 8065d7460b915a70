// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Watches two nodes until both hold what both imported, and says what it took. */
final class Union {
  private static final long POLL_MILLIS = 50;

  private final DemoProcess first;
  private final DemoProcess second;
  private final Progress progress;
  private long connectedAt;

  Union(DemoProcess first, DemoProcess second, Progress progress) {
    this.first = first;
    this.second = second;
    this.progress = progress;
  }

  void await(long began, Duration patience) throws ExitException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Sight one = look(first);
    Sight two = look(second);
    while (!complete(one, two)) {
      if (connectedAt == 0 && (one.connected() || two.connected())) {
        connectedAt = System.nanoTime();
      }
      progress.show(line(one) + "   " + line(two));
      if (System.nanoTime() > deadline || !first.isAlive() || !second.isAlive()) {
        throw new ExitException(
            Exit.UNEXPECTED,
            "The nodes were not in sync in time.\n" + state(first) + "\n" + state(second));
      }
      Thread.sleep(POLL_MILLIS);
      one = look(first);
      two = look(second);
    }
    long ended = System.nanoTime();
    progress.done(line(one) + "   " + line(two));
    report(one, two, began, ended);
  }

  /**
   * A node as it is seen from outside.
   *
   * @param imported how many visits it read from its profile, or -1 while it has not read it whole
   */
  private record Sight(
      String name,
      long entries,
      long imported,
      boolean connected,
      boolean inSync,
      JsonNode traffic) {}

  private static boolean complete(Sight one, Sight two) {
    long all = one.imported() + two.imported();
    return one.imported() >= 0
        && two.imported() >= 0
        && one.inSync()
        && two.inSync()
        && one.entries() == all
        && two.entries() == all;
  }

  private static Sight look(DemoProcess node) {
    JsonNode status = orNothing(node.ask("status --json"));
    JsonNode peer = status.path("peers").path(0);
    String state = peer.path("state").asText();
    boolean inSync = state.equals("in-sync");
    return new Sight(
        node.name(),
        status.path("store").path("entries").asLong(),
        imported(orNothing(node.ask("profiles --json"))),
        inSync || state.equals("syncing"),
        inSync,
        peer.path("traffic"));
  }

  private static long imported(JsonNode profiles) {
    long sum = 0;
    for (JsonNode profile : profiles) {
      if (profile.path("lastRun").isMissingNode() || profile.path("lastRun").isNull()) {
        return -1;
      }
      sum += profile.path("importedVisits").asLong();
    }
    return profiles.isEmpty() ? -1 : sum;
  }

  private static String line(Sight node) {
    String state = node.inSync() ? "in sync" : node.connected() ? "syncing" : "connecting";
    return node.name() + ": " + node.entries() + " entries, " + state;
  }

  private void report(Sight one, Sight two, long began, long ended) {
    Map<String, long[]> devices = new TreeMap<>();
    count(first, devices, 0);
    count(second, devices, 1);
    System.out.println();
    System.out.printf("%-34s %12s %12s%n", "entries from", "at node 1", "at node 2");
    devices.forEach((name, held) -> System.out.printf("%-34s %12d %12d%n", name, held[0], held[1]));
    System.out.printf("%-34s %12d %12d%n", "total", one.entries(), two.entries());
    System.out.println();
    long bytes = sum(one, "bytesOut") + sum(two, "bytesOut");
    long moved = sum(one, "entriesIn") + sum(two, "entriesIn");
    double seconds = (ended - (connectedAt == 0 ? began : connectedAt)) / 1e9;
    row("on the wire", bytes + " bytes, both directions, encrypted");
    row("entries moved", String.valueOf(moved));
    row("from start to union", seconds((ended - began) / 1e9) + ", imports included");
    row("from connection to union", seconds(seconds));
    row("rate", String.format(Locale.ROOT, "%.0f entries/s", moved / Math.max(seconds, 0.001)));
  }

  private static void count(DemoProcess node, Map<String, long[]> devices, int column) {
    for (JsonNode device : orNothing(node.ask("devices --json"))) {
      String id = device.path("deviceId").asText();
      String name =
          device.path("browserName").asText() + " " + id.substring(0, Math.min(12, id.length()));
      devices.computeIfAbsent(name.strip(), key -> new long[2])[column] =
          device.path("entries").asLong();
    }
  }

  private static void row(String what, String value) {
    System.out.printf("%-26s %s%n", what, value);
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private static long sum(Sight node, String key) {
    return node.traffic().path(key).asLong();
  }

  private static String state(DemoProcess node) {
    var answer = node.run("status");
    return node.name() + ":\n" + (answer == null ? "no answer" : answer.text()).indent(4);
  }

  private static JsonNode orNothing(@Nullable JsonNode node) {
    return node == null ? MissingNode.getInstance() : node;
  }
}
