// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.Summary;
import org.jspecify.annotations.Nullable;

/** Tells of visits and of the state of the node as they come, until nobody reads it any more. */
public final class WatchCommand {
  /** So often it is looked whether somebody still reads, and the state is told. */
  private static final long TICK_MILLIS = 500;

  private static final int MAX_SENTENCE_CHARS = 400;

  private static final long LABELS_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Node node;
  private final History history;
  private final @Nullable DeviceNames names;
  private final boolean ndjson;
  private final Lines lines;

  /** Takes one at a time, so that whoever watches is as slow as who reads. */
  private final BlockingQueue<News> news = new SynchronousQueue<>();

  private final AtomicReference<@Nullable NodeStatus> newest = new AtomicReference<>();
  private final Map<PeerId, String> peers = new HashMap<>();
  private String summary = "";
  private List<String> troubles = List.of();
  private @Nullable Labels labels;
  private long labelsNanos;
  private volatile boolean over;

  private record News(List<Change> changes, boolean missed) {}

  private WatchCommand(
      Node node, History history, @Nullable DeviceNames names, boolean ndjson, Lines lines) {
    this.node = node;
    this.history = history;
    this.names = names;
    this.ndjson = ndjson;
    this.lines = lines;
  }

  /**
   * Watches until nobody reads any more.
   *
   * @return nothing
   * @throws IllegalStateException if there is no node
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String watch(
      @Nullable Node node,
      @Nullable History history,
      @Nullable DeviceNames names,
      boolean ndjson,
      Lines lines)
      throws InterruptedException {
    Node running = NodeCommands.running(node);
    if (history == null) {
      throw new IllegalStateException("No storage is available; see status.");
    }
    new WatchCommand(running, history, names, ndjson, lines).run();
    return "";
  }

  private void run() throws InterruptedException {
    Node.Watch visits = history.watch(this::changed);
    Node.Watch states = node.watch(newest::set);
    try {
      while (lines.show()) {
        News next = news.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
        NodeStatus status = newest.getAndSet(null);
        Labels known = labels(status);
        if (next != null) {
          tell(next, known);
        }
        if (status != null) {
          tell(status, known);
        }
      }
    } finally {
      over = true;
      states.close();
      visits.close();
    }
  }

  /** Names change seldom, and visits may come in thousands. */
  private Labels labels(@Nullable NodeStatus status) throws InterruptedException {
    Labels held = labels;
    if (held == null || status != null || System.nanoTime() - labelsNanos > LABELS_NANOS) {
      held = Labels.of(names, status == null ? node.status() : status);
      labels = held;
      labelsNanos = System.nanoTime();
    }
    return held;
  }

  /** On the watcher's own thread, which may wait. */
  private void changed(List<Change> changes, boolean missed) {
    News next = new News(changes, missed);
    try {
      while (!over && !news.offer(next, TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        // Until it is taken, or nobody is there who would.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(News next, Labels labels) {
    if (next.missed()) {
      lines.add(ndjson ? Json.missed() : "Some visits came that are not shown here; see history.");
    }
    List<Entry> gone = new ArrayList<>();
    for (Change change : next.changes()) {
      Entry entry = change.entry();
      if (entry.deleted()) {
        gone.add(entry);
      } else if (Visibility.isShown(entry)) {
        lines.add(ndjson ? Json.seen(entry, labels) : HistoryText.entry(entry, labels));
      }
    }
    if (ndjson) {
      gone.forEach(entry -> lines.add(Json.gone(entry.id())));
    } else if (!gone.isEmpty()) {
      lines.add(gone.size() == 1 ? "A visit was deleted." : gone.size() + " visits were deleted.");
    }
  }

  private void tell(NodeStatus status, Labels labels) {
    if (ndjson) {
      lines.add(Json.stateOf(status, labels));
      return;
    }
    Summary now = Summary.of(status, labels);
    // What is under way changes with each step, and has lines of its own.
    if (summary.isEmpty()
        || (now.level() != Summary.Level.BUSY && !now.sentence().equals(summary))) {
      summary = now.sentence();
      lines.add(Terminal.safe(summary, MAX_SENTENCE_CHARS) + ".");
    }
    for (PeerStatus peer : status.peers()) {
      String state = StatusText.state(peer.state());
      if (!state.equals(peers.put(peer.peer(), state))) {
        lines.add(StatusText.shown(peer.peer(), labels) + ": " + state);
      }
    }
    List<String> before = troubles;
    troubles = status.troubles().stream().map(StatusText::trouble).toList();
    troubles.stream().filter(trouble -> !before.contains(trouble)).forEach(lines::add);
    if (troubles.isEmpty() && !before.isEmpty()) {
      lines.add("Everything works again.");
    }
  }
}
