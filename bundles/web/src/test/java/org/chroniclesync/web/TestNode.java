// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.Selector;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
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
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.storage.memory.MemoryHistoryStore;

/** A node around a real store, whose peers and parts a test sets. Deletes at once. */
final class TestNode implements Node, History, Deletions {
  static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
  static final PeerId OTHER = PeerId.ofNode("other");

  final MemoryHistoryStore store = new MemoryHistoryStore(100_000);
  final List<PeerStatus> peers = new CopyOnWriteArrayList<>();
  final List<PeerAttempt> attempts = new CopyOnWriteArrayList<>();
  volatile PeerView view = new PeerView.Silent();
  final List<Part> parts = new CopyOnWriteArrayList<>();
  private final List<Deletion> deletions = new CopyOnWriteArrayList<>();
  volatile boolean hasStorage = true;
  final AtomicInteger syncs = new AtomicInteger();

  static Device device(String id) {
    return new Device(new DeviceId(id), "Linux x86_64", "agent", "Firefox", "140");
  }

  static Entry visit(String device, String id, String url, String title, Instant at, String from) {
    return new Entry(
        device(device),
        id,
        url,
        title,
        at.toEpochMilli(),
        from,
        "link",
        at.toEpochMilli(),
        false,
        null,
        UnknownFields.NONE);
  }

  void add(Entry... entries) throws StorageException {
    store.merge(new Batch(List.of(entries), null, java.util.Map.of()));
  }

  static PeerStatus peer(PeerState state) {
    return new PeerStatus(
        OTHER,
        device("other-browser"),
        "websocket",
        null,
        true,
        state,
        new PeerStatus.Traffic(1, 2, 3, 4, 5, 6),
        Duration.ofMillis(12));
  }

  @Override
  public NodeStatus status() {
    try {
      return new NodeStatus(
          AT,
          new PeerId("self"),
          hasStorage ? store.state() : null,
          List.of(new StorageStatus("memory", false, new StorageStatus.Role.InUse(null))),
          parts,
          List.of(
              new NodeStatus.DiscoveryStatus("websocket", new DiscoveryState.Joined(AT)),
              new NodeStatus.DiscoveryStatus("two", new DiscoveryState.Waiting("Nobody.", AT))),
          peers,
          List.of(new NodeStatus.Failure(AT, "Something failed.", 2)));
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<KnownDevice> devices() {
    return List.of(new KnownDevice(OTHER, true, "Linux, ChronicleSync node", AT, AT));
  }

  @Override
  public boolean forget(PeerId device) {
    return device.equals(OTHER);
  }

  @Override
  public List<PeerAttempt> attempts(PeerId peer) {
    return peer.equals(OTHER) ? attempts : List.of();
  }

  @Override
  public PeerView view(PeerId peer) {
    return view;
  }

  @Override
  public void syncNow() {
    syncs.incrementAndGet();
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    throw new UnsupportedOperationException("the page looks by itself");
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return store.merge(batch);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException {
    return operation.apply(store);
  }

  @Override
  public Deletions deletions() {
    return this;
  }

  @Override
  public Watch watch(Watcher watcher) {
    throw new UnsupportedOperationException("the page looks by itself");
  }

  private List<Entry> selected(Selection selection, Predicate<? super Entry> which)
      throws StorageException {
    List<Entry> found = new ArrayList<>();
    Selector selector = Selector.of(selection, store);
    try (Cursor<Entry> all = store.read(Window.all(Window.Order.OLDEST_FIRST))) {
      for (Entry entry = all.next(); entry != null; entry = all.next()) {
        if (selector.admits(entry) && which.test(entry)) {
          found.add(entry);
        }
      }
    }
    return found;
  }

  @Override
  public Preview preview(Selection selection, Predicate<? super Entry> which)
      throws StorageException {
    List<Entry> found = selected(selection, which);
    return new Preview(
        found.size(),
        found.stream().map(Entry::url).distinct().count(),
        1,
        found.isEmpty()
            ? List.of()
            : List.of(new DeviceSummary(found.get(0).device(), found.size())));
  }

  @Override
  public DeletionWork delete(
      Selection selection, Predicate<? super Entry> which, boolean undoable) {
    try {
      List<Entry> gone =
          selected(selection, which).stream()
              .map(entry -> entry.tombstone(entry.lastModifiedMillis() + 1))
              .toList();
      for (int i = 0; i < gone.size(); i += STEP) {
        store.merge(
            new Batch(gone.subList(i, Math.min(i + STEP, gone.size())), null, java.util.Map.of()));
      }
      return ended(
          new Deletion(
              deletions.size() + 1,
              AT,
              gone.size(),
              undoable ? Deletion.State.UNDOABLE : Deletion.State.FINAL,
              undoable ? AT.plusSeconds(600) : null,
              null,
              List.of(),
              devices()));
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public DeletionWork undo(long number) {
    boolean known = deletions.stream().anyMatch(one -> one.number() == number);
    return ended(
        new Deletion(
            number,
            AT,
            0,
            known ? Deletion.State.UNDONE : Deletion.State.FAILED,
            null,
            known ? null : "There is no such deletion.",
            List.of(),
            List.of()));
  }

  private DeletionWork ended(Deletion deletion) {
    deletions.add(0, deletion);
    return new DeletionWork() {
      @Override
      public Deletion now() {
        return deletion;
      }

      @Override
      public boolean await(Duration patience) {
        return true;
      }

      @Override
      public void cancel() {
        // It has ended.
      }
    };
  }

  @Override
  public List<Deletion> all() {
    return deletions;
  }
}
