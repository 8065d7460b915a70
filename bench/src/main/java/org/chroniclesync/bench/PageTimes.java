// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.storage.sqlite.SqliteHistoryStore;

/**
 * The page in front of a long history: in a real Chromium the first useful paint, frames while the
 * timeline scrolls, memory, and search as one types; then what the API answers while many pages are
 * open and another node sends visits, and what that costs the other node.
 */
public final class PageTimes {
  private static final List<String> PARTS = List.of("paint", "scroll", "type", "sync");
  private static final int VISITS = 1_000_000;
  private static final int BATCH = 2_000;
  private static final int SENT = 200_000;
  private static final int LOOKS = 7;
  private static final int STEP = 500;
  private static final int KEY_MILLIS = 120;
  private static final List<String> TYPED = List.of("the", "zanzibar", "site:wikipedia", "bridge");
  private static final Map<String, String> PLACES = places();

  private final Path folder;
  private final List<String> parts;
  private final int sent;
  private final String script;

  private PageTimes(Path folder, List<String> parts, int sent) throws IOException {
    this.folder = folder;
    this.parts = parts;
    this.sent = sent;
    try (InputStream in = PageTimes.class.getResourceAsStream("page.js")) {
      script = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
  }

  private static Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("timeline", "#/timeline");
    places.put("search", "#/search?q=th");
    places.put("devices", "#/devices");
    places.put("insights", "#/insights");
    return places;
  }

  /**
   * Measures and prints.
   *
   * @param arguments the number of visits, a file that keeps them for another run, and how many
   *     visits come in a sync, or nothing; before them {@code paint}, {@code scroll}, {@code type}
   *     or {@code sync} for that alone
   */
  public static void main(String[] arguments) throws Exception {
    List<String> parts = Arrays.stream(arguments).filter(PARTS::contains).toList();
    List<String> rest = Arrays.stream(arguments).filter(one -> !PARTS.contains(one)).toList();
    int visits = rest.isEmpty() ? VISITS : Integer.parseInt(rest.get(0));
    try (TemporaryFolder folder = new TemporaryFolder()) {
      Path history = rest.size() > 1 ? Path.of(rest.get(1)) : folder.path().resolve("history.db");
      int sent = rest.size() > 2 ? Integer.parseInt(rest.get(2)) : SENT;
      new PageTimes(folder.path(), parts.isEmpty() ? PARTS : parts, sent).measure(visits, history);
    }
    Runtime.getRuntime().halt(0);
  }

  private void measure(int visits, Path history) throws Exception {
    if (!Files.exists(history)) {
      fill(history, visits);
    }
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        PageNode node = PageNode.start(folder.resolve("node"), service.url(), history)) {
      line("visits", "%,d", visits);
      if (!parts.equals(List.of("sync"))) {
        look(node);
      }
      if (parts.contains("sync")) {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.copy(history, other.resolve("history.db"));
        try (Child child = new Child(Whole.NODE, other, service.url())) {
          new SyncBesidePages(node, child, sent).measure();
        }
      }
    }
  }

  private static void fill(Path file, int visits) throws Exception {
    RecentHistory history = new RecentHistory(1, visits);
    try (SqliteHistoryStore store =
        Components.make(SqliteHistoryStore.class, Map.of("file", file.toString()))) {
      for (int from = 0; from < visits; from += BATCH) {
        store.merge(Batch.of(history.next(BATCH)));
      }
      boolean indexes = true;
      while (indexes) {
        indexes = store.erase();
      }
    }
  }

  private void look(PageNode node) throws Exception {
    try (Chromium chromium = new Chromium(folder.resolve("profile"))) {
      chromium.size(1280, 860);
      chromium.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
      chromium.command("Performance.enable", Map.of("timeDomain", "threadTicks"));
      chromium.open(node.link());
      line("the first of all", "%s", paint(chromium, "timeline"));
      if (parts.contains("paint")) {
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
          paints(chromium, node.address() + place.getValue(), place.getKey());
        }
      }
      chromium.open("about:blank");
      chromium.open(node.address() + "#/timeline");
      paint(chromium, "timeline");
      if (parts.contains("scroll")) {
        scrolls(chromium);
        jumps(chromium);
        memory(chromium);
      }
      if (parts.contains("type")) {
        types(chromium);
      }
    }
  }

  private void paints(Chromium chromium, String address, String name) {
    for (boolean isWarm : new boolean[] {false, true}) {
      List<Double> useful = new ArrayList<>();
      List<Double> tasks = new ArrayList<>();
      int tooLong = 0;
      for (int i = 0; i < LOOKS; i++) {
        chromium.open("about:blank");
        if (!isWarm) {
          chromium.command("Network.clearBrowserCache", Map.of());
        }
        chromium.open(address);
        JsonNode seen = paint(chromium, name);
        useful.add(seen.path("at").asDouble());
        tasks.add(metrics(chromium).getOrDefault("TaskDuration", 0.0) * 1e3);
        tooLong += seen.path("long").asInt();
      }
      line(
          name + (isWarm ? ", warm" : ", cold"),
          "useful after %.0f ms, most %.0f; processor of the main thread %.0f ms; %d tasks over 50 ms in %d looks",
          Times.of(useful).median(),
          Times.of(useful).p99(),
          Times.of(tasks).median(),
          tooLong,
          LOOKS);
    }
  }

  private static JsonNode paint(Chromium chromium, String name) {
    return chromium.run("return bench.paint(given[0]);", name);
  }

  /** What the page has used so far, seconds and bytes by the browser's own names. */
  private static Map<String, Double> metrics(Chromium chromium) {
    Map<String, Double> all = new TreeMap<>();
    chromium
        .command("Performance.getMetrics", Map.of())
        .path("metrics")
        .forEach(one -> all.put(one.path("name").asText(), one.path("value").asDouble()));
    return all;
  }

  private static void scrolls(Chromium chromium) {
    frames(chromium, "scroll, older", 40, 600);
    frames(chromium, "scroll, newer", -40, 600);
    frames(chromium, "scroll fast, older", 400, 600);
    frames(chromium, "scroll fast, newer", -400, 600);
  }

  private static void jumps(Chromium chromium) {
    List<Double> jumps = new ArrayList<>();
    for (int months = 3; months <= 36; months += 3) {
      String day = LocalDate.now(ZoneOffset.UTC).minusMonths(months).toString();
      jumps.add(chromium.run("return bench.jump(given[0]);", day).asDouble());
    }
    line("jump to a date", "%s", Times.of(jumps));
    frames(chromium, "from there, newer", -200, 400);
    frames(chromium, "from there, older", 200, 400);
  }

  private static void frames(Chromium chromium, String what, int pixels, int count) {
    Map<String, Double> before = metrics(chromium);
    JsonNode frames = chromium.run("return bench.scroll(given[0], given[1]);", pixels, count);
    Map<String, Double> after = metrics(chromium);
    line(
        what + ", " + Math.abs(pixels) + " px",
        "frame median %.1f ms, p99 %.1f, most %.1f, %d of %d late; processor of the main thread %.2f ms a frame"
            + " (script %.2f, style %.2f, layout %.2f); %d tasks over 50 ms",
        frames.path("median").asDouble(),
        frames.path("p99").asDouble(),
        frames.path("most").asDouble(),
        frames.path("dropped").asInt(),
        frames.path("count").asInt(),
        aFrame("TaskDuration", before, after, frames),
        aFrame("ScriptDuration", before, after, frames),
        aFrame("RecalcStyleDuration", before, after, frames),
        aFrame("LayoutDuration", before, after, frames),
        frames.path("long").size());
  }

  private static double aFrame(
      String name, Map<String, Double> before, Map<String, Double> after, JsonNode frames) {
    return 1e3
        * (after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0))
        / Math.max(1, frames.path("count").asInt());
  }

  private static void memory(Chromium chromium) {
    chromium.run(
        "location.hash = '#/timeline'; await bench.until(() => document.querySelector('.row'));");
    int passed = 0;
    for (int rows : new int[] {1_000, 20_000}) {
      while (passed < rows) {
        JsonNode more = chromium.run("return bench.scroll(500, 600, given[0]);", STEP);
        passed += more.path("passed").asInt();
      }
      chromium.command("HeapProfiler.collectGarbage", Map.of());
      Map<String, Double> now = metrics(chromium);
      line(
          String.format(Locale.ROOT, "after %,d rows more", passed),
          "%.1f MB of objects, %.0f nodes in all documents",
          now.getOrDefault("JSHeapUsedSize", 0.0) / 1e6,
          now.getOrDefault("Nodes", 0.0));
    }
  }

  private static void types(Chromium chromium) throws InterruptedException {
    chromium.run("location.hash = '#/timeline'; document.querySelector('.search input').focus();");
    int keys = 0;
    for (String word : TYPED) {
      chromium.run("document.querySelector('.search input').select();");
      for (String key : word.split("")) {
        chromium.press(key);
        keys++;
        TimeUnit.MILLISECONDS.sleep(KEY_MILLIS);
      }
    }
    JsonNode typed = chromium.run("return bench.typing();");
    line(
        "search as one types",
        "from key to results median %.1f ms, p99 %.1f ms; %d keys, %d answers",
        typed.path("median").asDouble(),
        typed.path("p99").asDouble(),
        keys,
        typed.path("count").asInt());
  }

  private static void line(String what, String text, Object... values) {
    System.out.printf("%-28s %s%n", what, String.format(Locale.ROOT, text, values));
  }
}
