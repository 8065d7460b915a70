// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.StorageStatus;
import org.jspecify.annotations.Nullable;

/** A node with a few entries, one of them with a hostile title. */
final class FakeNode implements History, HistoryStore {
  static final String HOSTILE = "Harmless \u001b]0;owned\u0007\u202etitle";
  static final Device DEVICE =
      new Device(new DeviceId("laptop"), "Linux", "agent", "Firefox", "140");

  final AtomicInteger syncs = new AtomicInteger();
  final List<PeerId> forgotten = new ArrayList<>();
  final List<PeerAttempt> attempts = new ArrayList<>();
  PeerView view = new PeerView.Silent();
  PeerState state = new PeerState.Syncing(3, 10);
  private boolean storage = true;

  /** Apart from the store, which has devices of another kind. */
  Node face() {
    return face;
  }

  private final Node face =
      new Node() {
        @Override
        public NodeStatus status() {
          return FakeNode.this.status();
        }

        @Override
        public List<KnownDevice> devices() {
          Instant at = Instant.parse("2026-01-02T03:04:05Z");
          return List.of(
              new KnownDevice(PeerId.ofNode("laptop"), true, "Linux, ChronicleSync node", at, at));
        }

        @Override
        public boolean forget(PeerId device) {
          return forgotten.add(device);
        }

        @Override
        public List<PeerAttempt> attempts(PeerId peer) {
          return attempts;
        }

        @Override
        public PeerView view(PeerId peer) {
          return view;
        }

        @Override
        public void syncNow() {
          FakeNode.this.syncNow();
        }

        @Override
        public Watch watch(Consumer<NodeStatus> listener) {
          listener.accept(status());
          return () -> {};
        }
      };

  void loseStorage() {
    storage = false;
  }

  /** The storage is there and has not answered yet. */
  void startStorage() {
    storage = false;
    starting = true;
  }

  static Entry entry(int number, String title) {
    return new Entry(
        DEVICE,
        "v" + number,
        "https://site.example/" + number,
        title,
        1_700_000_000_000.25 + number,
        "",
        "link",
        1_700_000_000_000L,
        false,
        null,
        UnknownFields.NONE);
  }

  private static final List<StorageStatus> STORAGES =
      List.of(
          new StorageStatus("memory", false, new StorageStatus.Role.InUse("sqlite")),
          new StorageStatus("sqlite", true, new StorageStatus.Role.StandingBy(7)));

  /** Something that its owner paused, or null. */
  volatile @Nullable Part paused;

  private volatile boolean starting;

  private List<Part> parts() {
    Part more = paused;
    Part.State without =
        starting ? new Part.Starting() : new Part.Failed("The disk is gone.", "Plug it in.");
    Part store = new Part("storage", "sqlite", storage ? new Part.Well() : without);
    return more == null ? List.of(store) : List.of(store, more);
  }

  private List<StorageStatus> storages() {
    if (starting) {
      return List.of(new StorageStatus("sqlite", true, new StorageStatus.Role.Starting()));
    }
    return storage ? STORAGES : List.of();
  }

  private NodeStatus status() {
    Instant at = Instant.parse("2026-01-02T03:04:05Z");
    return new NodeStatus(
        at,
        new PeerId("self"),
        storage ? state() : null,
        storages(),
        parts(),
        List.of(
            new NodeStatus.DiscoveryStatus("websocket", new DiscoveryState.Joined(at)),
            new NodeStatus.DiscoveryStatus(
                "other", new DiscoveryState.Waiting("Nobody answers.", at))),
        List.of(
            new PeerStatus(
                new PeerId("peer"),
                DEVICE,
                "websocket",
                "webrtc did not get through: " + HOSTILE + "; using websocket",
                true,
                state,
                new PeerStatus.Traffic(1, 2_000, 3, 4, 5, 6),
                Duration.ofMillis(12))),
        List.of(new NodeStatus.Failure(at, HOSTILE, 2)));
  }

  private void syncNow() {
    syncs.incrementAndGet();
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException {
    return operation.apply(this);
  }

  final FakeDeletions deletions = new FakeDeletions(DEVICE);

  @Override
  public Deletions deletions() {
    return deletions;
  }

  @Override
  public Node.Watch watch(Watcher watcher) {
    throw new UnsupportedOperationException("nobody watches here");
  }

  @Override
  public MergeResult merge(Batch batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Cursor<Change> changes(long after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Cursor<Entry> read(Window window) {
    List<Entry> entries =
        new ArrayList<>(List.of(entry(1, HOSTILE), entry(2, "Two"), entry(3, "Three")));
    entries.removeIf(
        entry ->
            entry.visitTimeMillis() < window.fromMillis()
                || entry.visitTimeMillis() >= window.untilMillis());
    if (window.order() == Window.Order.NEWEST_FIRST) {
      Collections.reverse(entries);
    }
    return new Cursor<>() {
      @Override
      public @Nullable Entry next() {
        return entries.isEmpty() ? null : entries.remove(0);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public SearchResults search(Search search) {
    Hit hit =
        new Hit(
            "https://" + HOSTILE,
            HOSTILE,
            2,
            1,
            List.of(DEVICE),
            Rank.of(1, 1, HOSTILE),
            "for " + search.text() + " \u001b[31m",
            List.of());
    return new SearchResults(List.of(hit), null, List.of());
  }

  @Override
  public StoreState state() {
    return new StoreState(new FeedId("feed"), 3, 3, 1);
  }

  @Override
  public List<DeviceSummary> devices() {
    return List.of(new DeviceSummary(DEVICE, 3));
  }

  @Override
  public String mark(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<String, String> marks() {
    throw new UnsupportedOperationException();
  }
}
