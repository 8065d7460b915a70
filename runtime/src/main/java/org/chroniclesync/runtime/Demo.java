// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.chroniclesync.runtime.DemoProfile.Browser;
import org.jspecify.annotations.Nullable;

/** The whole on one machine: a discovery service and two nodes with different history. */
final class Demo {
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int DEFAULT_TIMEOUT_SECONDS = 300;
  private static final long SEED = 20_261_124L;
  private static final long POLL_MILLIS = 50;
  private static final int SHOWN_HITS = 5;

  private final Path root;
  private final int entries;
  private final Duration patience;
  private final Progress progress = new Progress(System.out, Tty.isPresent());
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "chroniclesync-demo-browser");
            thread.setDaemon(true);
            return thread;
          });
  private final List<DemoProcess> processes = new ArrayList<>();
  private volatile @Nullable Path folder;
  private volatile boolean interrupted;

  Demo(List<String> args) throws ExitException {
    Arguments arguments = new Arguments(args, Set.of("--entries", "--timeout-seconds"), Set.of());
    entries = arguments.number("--entries", 0, 0, MAX_ENTRIES);
    patience =
        Duration.ofSeconds(
            arguments.number("--timeout-seconds", DEFAULT_TIMEOUT_SECONDS, 1, 86_400));
    String given = System.getenv("CHRONICLESYNC_ROOT");
    if (given == null || !arguments.rest().isEmpty()) {
      throw new ExitException(
          Exit.USAGE, "Usage: ./chroniclesync demo [--entries N] [--timeout-seconds N]");
    }
    root = Path.of(given);
  }

  Exit run() throws Exception {
    Thread hook = new Thread(this::interrupted, "chroniclesync-demo-clean");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      show();
      return stop();
    } catch (ExitException e) {
      if (interrupted) {
        return Exit.STOPPED; // the nodes ended because the same signal reached them
      }
      for (DemoProcess process : processes) {
        System.err.println("The last lines of the " + process.name() + ":\n    " + process.said());
      }
      throw e;
    } finally {
      cleanUp();
    }
  }

  private void show() throws Exception {
    Path made = Files.createTempDirectory("chroniclesync-demo");
    folder = made;
    System.out.println("Two profiles with different history:");
    Future<DemoProfile> waiting = background.submit(() -> make(Browser.CHROMIUM, made));
    DemoProfile firefox = make(Browser.FIREFOX, made);
    DemoProfile chromium = waiting.get();
    tell(chromium, entries / 2);
    tell(firefox, entries - entries / 2);

    DemoProcess discovery = start("discovery service", "d", "discovery", List.of("--port", "0"));
    String address = discovery.awaitAddress();
    System.out.println("Discovery service at " + address);
    DemoProcess first = startNode("node 1", "n1", address, chromium, List.of());
    first.awaitNode();
    List<String> shared = List.of("--mnemonic-file", DataFolder.phrase(first.data()).toString());
    DemoProcess second = startNode("node 2", "n2", address, firefox, shared);
    long began = System.nanoTime();
    second.awaitNode();
    System.out.println("Two nodes share one new mnemonic; each is a process of its own");

    System.out.println();
    new Union(first, second, progress).await(began, patience);
    System.out.println();
    search(first, second);
    newVisit(chromium, first, second);
  }

  private DemoProfile make(Browser browser, Path folder) throws Exception {
    return DemoProfile.make(browser, root, folder.resolve(browser.word()));
  }

  private static void tell(DemoProfile profile, int more) throws ExitException {
    System.out.println("  " + profile.browser().title() + ": " + profile.origin());
    if (more > 0) {
      profile.generate(more, SEED + profile.browser().word().length());
      System.out.println("    plus " + more + " generated visits");
    }
  }

  private DemoProcess startNode(
      String name, String data, String address, DemoProfile profile, List<String> more)
      throws IOException, ExitException {
    List<String> options = new ArrayList<>(more);
    options.addAll(List.of("--discovery", address, "--profile", profile.folder().toString()));
    // Two nodes on one computer.
    options.addAll(List.of("--port", "0"));
    options.addAll(List.of("--set", "org.chroniclesync.importer.browser:intervalMillis=500"));
    return start(name, data, "node", options);
  }

  private DemoProcess start(String name, String data, String role, List<String> options)
      throws IOException, ExitException {
    Path home = folder;
    if (home == null) {
      throw new IllegalStateException("no folder");
    }
    DemoProcess process = DemoProcess.start(name, home.resolve(data), role, options);
    synchronized (processes) {
      processes.add(process);
    }
    return process;
  }

  /** Takes a word of a page that the one visited and searches for it at the other. */
  private static void search(DemoProcess first, DemoProcess second) throws ExitException {
    JsonNode newest = first.ask("history --json --limit 200");
    if (newest == null) {
      throw new ExitException(Exit.UNEXPECTED, "Node 1 cannot list its history.");
    }
    String word = word(newest);
    Answer answer = second.run("search --limit " + SHOWN_HITS + " " + word);
    System.out.println("Search for \"" + word + "\" at node 2:");
    System.out.println(answer == null ? "  no answer" : answer.text().indent(2).stripTrailing());
    if (answer == null || !answer.ok() || answer.text().startsWith("Nothing")) {
      throw new ExitException(Exit.UNEXPECTED, "The search found nothing.");
    }
  }

  /** The longest plain word of the titles, which is likely to say something. */
  private static String word(JsonNode entries) {
    List<String> words = new ArrayList<>();
    for (JsonNode entry : entries) {
      words.addAll(List.of(entry.path("title").asText().split("[^A-Za-z]+")));
    }
    return words.stream()
        .max(Comparator.comparingInt(String::length))
        .map(word -> word.toLowerCase(Locale.ROOT))
        .orElse("history");
  }

  private void newVisit(DemoProfile profile, DemoProcess first, DemoProcess second)
      throws Exception {
    String token = "arrival" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    String url = "http://news.demo.example/" + token;
    System.out.println();
    System.out.println("A new visit on node 1 ...");
    // In the background, since a browser takes seconds to end and is not waited for.
    Future<String> how = background.submit(() -> profile.visit(root, url, "A new visit, " + token));
    awaitHit(first, token);
    long recorded = System.nanoTime();
    awaitHit(second, token);
    double seconds = (System.nanoTime() - recorded) / 1e9;
    System.out.println("  " + how.get());
    System.out.printf(Locale.ROOT, "  node 2 had it %.2f s after node 1%n", seconds);
  }

  private void awaitHit(DemoProcess node, String token) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    JsonNode hits = node.ask("search --json " + token);
    while (hits == null || hits.path("hits").isEmpty()) {
      if (System.nanoTime() > deadline || !node.isAlive()) {
        throw new ExitException(
            Exit.UNEXPECTED, "The new visit did not reach " + node.name() + ".");
      }
      Thread.sleep(POLL_MILLIS);
      hits = node.ask("search --json " + token);
    }
  }

  /** Nodes first, so that the discovery service sees them leave. */
  private Exit stop() throws InterruptedException {
    boolean clean = true;
    for (int i = processes.size() - 1; i >= 0; i--) {
      DemoProcess process = processes.get(i);
      int code = process.stop();
      if (code != 0) {
        System.err.println("The " + process.name() + " ended with " + code + ":");
        System.err.println("    " + process.said());
        clean = false;
      }
    }
    if (clean) {
      System.out.println();
      System.out.println("All three processes stopped cleanly.");
    }
    return clean ? Exit.STOPPED : Exit.UNEXPECTED;
  }

  private void interrupted() {
    interrupted = true;
    cleanUp();
  }

  /** Leaves nothing behind, however the demo ended. */
  private void cleanUp() {
    background.shutdownNow();
    synchronized (processes) {
      for (DemoProcess process : processes) {
        process.end();
      }
    }
    Path made = folder;
    if (made != null && Files.exists(made)) {
      try (Stream<Path> files = Files.walk(made)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        System.err.println("Some files remain in " + made + ": " + e.getMessage());
      }
    }
  }
}
