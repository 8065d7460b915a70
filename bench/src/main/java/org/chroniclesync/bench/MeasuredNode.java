// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.testkits.history.SyntheticHistory;

/** A node in a process of its own. */
final class MeasuredNode implements Orders {
  private static final int BATCH = 2_000;
  private static final int LIVE_PACE_MILLIS = 20;
  private static final String LIVE = "live-";

  /** What an idle node uses of a processor in {@link #LOOK_MILLIS}. */
  private static final int SETTLED_MILLIS = 40;

  private static final int LOOK_MILLIS = 500;

  /** After so many looks at a node that does not settle, it is said why not. */
  private static final int LOOKS_A_NOTE = 20;

  /** In which the bytes of a comparison do not pause. */
  private static final int COMPARED_MILLIS = 40;

  private static final List<String> TRANSPORTS =
      List.of("org.chroniclesync.transport.websocket", "org.chroniclesync.transport.webrtc");

  private final NodeUnderTest node;
  private final PrintStream out;
  private volatile long connectedMicros;

  /** What is asked while something is deleted. */
  private List<String> questions = List.of();

  /** Nobody asks for the status meanwhile, since that is work, too. */
  private volatile boolean settling;

  private MeasuredNode(NodeUnderTest node, PrintStream out) {
    this.node = node;
    this.out = out;
    watch();
  }

  /**
   * The process: folder, mnemonic, URL of the discovery service, or none to be alone; then bundles
   * that it does without.
   */
  static void main(List<String> arguments) throws Exception {
    PrintStream out = Orders.answers();
    NodeUnderTest.Plan plan = NodeUnderTest.in(Path.of(arguments.get(0)), arguments.get(1));
    if (arguments.size() > 2) {
      plan.discovery(arguments.get(2));
      arguments.subList(3, arguments.size()).forEach(plan::without);
    }
    // The least there is: what is deleted is final within the time of a measurement.
    plan.set("org.chroniclesync.core", "undoMinutes", 1);
    try (NodeUnderTest node = plan.start()) {
      new MeasuredNode(node, out).serve(out);
    }
  }

  @Override
  public Object obey(String[] order) throws Exception {
    return switch (order[0]) {
      case "fill" -> fill(Long.parseLong(order[1]), Integer.parseInt(order[2]), order[3]);
      case "fill-recent" -> fillRecent(Long.parseLong(order[1]), Integer.parseInt(order[2]));
      case "await" -> await(Long.parseLong(order[1]));
      case "in-sync" -> inSync();
      case "traffic" -> bytes();
      case "cpu" -> Processor.now().millis();
      case "rss" -> status("VmHWM");
      case "rest" -> rest(Long.parseLong(order[1]));
      case "settle" -> settle();
      case "join" -> join(order[1]);
      case "part" -> part();
      case "meet" -> meet();
      case "feed" -> node.history().borrow(HistoryStore::state).feed().value();
      case "hide" -> hide(new FeedId(order[1]), Integer.parseInt(order[2]));
      case "compare" -> compare(Integer.parseInt(order[1]));
      case "live" -> live(Integer.parseInt(order[1]));
      case "questions" -> questions(Path.of(order[1]), Long.parseLong(order[2]));
      case "delete" -> deletions().oldest(Integer.parseInt(order[1]));
      case "delete-page" -> deletions().page(Integer.parseInt(order[1]));
      case "delete-visit" -> deletions().visit(Integer.parseInt(order[1]));
      case "erased" -> deletions().awaitFinal();
      case "tombstones" -> tombstones(Long.parseLong(order[1]));
      case "latencies" -> latencies(Integer.parseInt(order[1]));
      default -> throw new IllegalArgumentException(order[0]);
    };
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** From now on the next connection is the one that counts. */
  private void watch() {
    connectedMicros = 0;
    Thread watch = new Thread(this::awaitConnection, "watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void awaitConnection() {
    try {
      while (connectedMicros == 0) {
        if (!settling && isConnected()) {
          connectedMicros = nowMicros();
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isConnected() {
    return node.status().peers().stream().anyMatch(peer -> peer.transport() != null);
  }

  /**
   * Merges the history of a seed, without what the last argument says: none, newest:N, random:N.
   */
  private long fill(long seed, int count, String without) throws Exception {
    String[] left = without.split(":");
    int missing = left.length > 1 ? Integer.parseInt(left[1]) : 0;
    SyntheticHistory history = new SyntheticHistory(seed, 3);
    int made = 0;
    while (made < count) {
      List<Entry> batch = new ArrayList<>(history.next(Math.min(BATCH, count - made)));
      int first = made;
      made += batch.size();
      if (left[0].equals("newest")) {
        int keep = Math.max(0, Math.min(batch.size(), count - missing - first));
        batch = batch.subList(0, keep);
      } else if (left[0].equals("random")) {
        int every = count / missing;
        List<Entry> kept = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
          if ((first + i) % every != every / 2) {
            kept.add(batch.get(i));
          }
        }
        batch = kept;
      }
      node.history().merge(Batch.of(batch));
    }
    return entries();
  }

  /** Merges the history of a seed, whose last visit is now. */
  private long fillRecent(long seed, int count) throws Exception {
    RecentHistory history = new RecentHistory(seed, count);
    for (int from = 0; from < count; from += BATCH) {
      node.history().merge(Batch.of(history.next(BATCH)));
    }
    return entries();
  }

  private long entries() throws Exception {
    StoreState state = node.history().borrow(HistoryStore::state);
    return state.entries() + state.tombstones();
  }

  /** Returns the microseconds from the connection until so many are here, durably. */
  private long await(long count) throws Exception {
    while (entries() < count) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return nowMicros() - connectedMicros;
  }

  private long inSync() throws Exception {
    while (node.status().peers().stream().noneMatch(p -> p.state() instanceof PeerState.InSync)) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return nowMicros() - connectedMicros;
  }

  private String join(String url) throws IOException {
    node.join(url);
    return "joins";
  }

  private String part() throws Exception {
    for (String transport : TRANSPORTS) {
      node.bundle(transport).stop();
    }
    return "parted";
  }

  private String meet() throws Exception {
    watch();
    for (String transport : TRANSPORTS) {
      node.bundle(transport).start();
    }
    return "meets";
  }

  /**
   * Merges new visits as if they came from a feed: whose feed that is, is not sent them, so that
   * only comparing finds them.
   */
  private long hide(FeedId feed, int count) throws Exception {
    Device device = new Device(new DeviceId("hidden"), "", "", "", "");
    List<Entry> hidden = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long now = nowMicros() + i;
      hidden.add(visit(device, "hidden-" + now, now));
    }
    node.history().merge(new Batch(hidden, feed, Map.of()));
    return entries();
  }

  private static Entry visit(Device device, String id, long micros) {
    return new Entry(
        device,
        id,
        "https://live.example/" + micros % 1_000,
        "Live",
        micros / 1_000.0,
        "0",
        "link",
        micros / 1_000,
        false,
        null,
        UnknownFields.NONE);
  }

  /**
   * Compares its history with the peer's again and again. Returns the milliseconds that each took.
   */
  private long compare(int times) throws Exception {
    long began = System.nanoTime();
    for (int i = 0; i < times; i++) {
      long before = spoken();
      node.syncNow();
      long now = before;
      long last = -1;
      // It is over when nothing is said any more.
      while (now == before || now != last) {
        last = now;
        TimeUnit.MILLISECONDS.sleep(COMPARED_MILLIS);
        now = spoken();
      }
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / times;
  }

  private long spoken() {
    PeerStatus peer = node.status().peers().get(0);
    return peer.traffic().bytesIn() + peer.traffic().bytesOut();
  }

  private String bytes() {
    PeerStatus peer = node.status().peers().get(0);
    return peer.traffic().bytesIn() + " " + peer.traffic().bytesOut();
  }

  /**
   * Waits until what the filling left to do is done: the index for searches, above all. Says from
   * time to time what keeps the node from that.
   */
  private String settle() throws InterruptedException {
    settling = true;
    Processor before = Processor.now();
    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    Processor after = Processor.now();
    for (int look = 1; after.millis() - before.millis() >= SETTLED_MILLIS; look++) {
      if (look % LOOKS_A_NOTE == 0) {
        out.println(
            NOTE
                + "a node is not settled after "
                + look * LOOK_MILLIS / 1_000
                + " s: less than "
                + SETTLED_MILLIS
                + " ms of a processor in "
                + LOOK_MILLIS
                + " are waited for, and it uses "
                + after.since(before));
      }
      before = after;
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      after = Processor.now();
    }
    settling = false;
    return "settled";
  }

  private static String rest(long millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
    return "rested";
  }

  /** Asks for some seconds while nothing else is to be done. */
  private String questions(Path file, long seconds) throws Exception {
    Questions asked = new Questions(node.history(), Files.readAllLines(file));
    asked.start();
    TimeUnit.SECONDS.sleep(seconds);
    questions = Files.readAllLines(file);
    return asked.end();
  }

  private MeasuredDeletions deletions() {
    return new MeasuredDeletions(node.history(), questions);
  }

  /** Returns the milliseconds until so many tombstones are here. */
  private long tombstones(long count) throws Exception {
    long began = System.nanoTime();
    while (node.history().borrow(HistoryStore::state).tombstones() < count) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  static String status(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .findFirst()
        .orElse("0");
  }

  /** Records visits one by one, each with the moment before it was merged as its name. */
  private String live(int count) throws Exception {
    Device device = new Device(new DeviceId("live"), "", "", "", "");
    for (int i = 0; i < count; i++) {
      TimeUnit.MILLISECONDS.sleep(LIVE_PACE_MILLIS);
      long now = nowMicros();
      node.history().merge(Batch.of(List.of(visit(device, LIVE + now, now))));
    }
    return "done";
  }

  /** Waits for so many of the other's visits; how long each was on its way until it was stored. */
  private String latencies(int count) throws Exception {
    long after = node.history().borrow(HistoryStore::state).head();
    List<Long> micros = new ArrayList<>();
    while (micros.size() < count) {
      long from = after;
      List<Change> changes = node.history().borrow(store -> changes(store, from));
      long now = nowMicros();
      for (Change change : changes) {
        after = change.position();
        String name = change.entry().visitId();
        if (name.startsWith(LIVE)) {
          micros.add(now - Long.parseLong(name.substring(LIVE.length())));
        }
      }
      if (changes.isEmpty()) {
        TimeUnit.MICROSECONDS.sleep(500);
      }
    }
    micros.sort(null);
    return micros.get(count / 2) + " " + micros.get(count * 99 / 100);
  }

  private static List<Change> changes(HistoryStore store, long after)
      throws org.chroniclesync.api.storage.StorageException {
    List<Change> all = new ArrayList<>();
    try (Cursor<Change> changes = store.changes(after)) {
      for (Change change = changes.next(); change != null; change = changes.next()) {
        all.add(change);
      }
    }
    return all;
  }
}
