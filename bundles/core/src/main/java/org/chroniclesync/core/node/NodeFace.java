// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.delete.DeletionDesk;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/** What shell, page, importers and embedders see of the node. Safe for any thread. */
final class NodeFace implements Node, History {
  private final Instant startedAt;
  private final Rooms rooms;
  private final Stores stores;
  private final FailureLog failures;
  private final Watchers watchers;
  private final VisitWatchers visitWatchers;
  private final Health health;
  private final DeletionDesk deletions;

  NodeFace(
      Instant startedAt,
      Rooms rooms,
      Stores stores,
      FailureLog failures,
      Watchers watchers,
      Health health,
      DeletionDesk deletions) {
    this.startedAt = startedAt;
    this.rooms = rooms;
    this.stores = stores;
    this.failures = failures;
    this.watchers = watchers;
    this.visitWatchers = new VisitWatchers(stores, failures);
    this.health = health;
    this.deletions = deletions;
  }

  void start() {
    watchers.start(this::status);
    deletions.start();
  }

  @Override
  public NodeStatus status() {
    StoreState state = stores.stateNow();
    OwnParts.Condition condition = health.condition();
    return new NodeStatus(
        startedAt,
        rooms.self(),
        state,
        stores.statuses(state),
        condition.parts(),
        rooms.discoveries(),
        peers(condition.heldUp()),
        failures.newestFirst());
  }

  /**
   * Without a part that all sessions need, what they know of how far they are counts for nothing.
   */
  private List<PeerStatus> peers(@Nullable String why) {
    return why == null
        ? rooms.peers()
        : rooms.peers().stream().map(peer -> heldUp(peer, why)).toList();
  }

  private static PeerStatus heldUp(PeerStatus peer, String why) {
    PeerState state = peer.state();
    return state instanceof PeerState.InSync || state instanceof PeerState.Syncing
        ? new PeerStatus(
            peer.peer(),
            peer.device(),
            peer.transport(),
            peer.transportNote(),
            peer.node(),
            new PeerState.HeldUp(why),
            peer.traffic(),
            peer.roundTrip())
        : peer;
  }

  @Override
  public List<KnownDevice> devices() {
    return rooms.devices();
  }

  @Override
  public boolean forget(PeerId device) {
    return rooms.forget(device);
  }

  @Override
  public List<PeerAttempt> attempts(PeerId peer) {
    return rooms.attempts(peer);
  }

  @Override
  public PeerView view(PeerId peer) throws InterruptedException {
    return rooms.view(peer);
  }

  @Override
  public void syncNow() {
    rooms.syncNow();
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    return watchers.add(listener);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException, InterruptedException {
    return stores.merge(batch);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException {
    return stores.borrow(operation);
  }

  @Override
  public Deletions deletions() {
    return deletions;
  }

  @Override
  public Watch watch(Watcher watcher) {
    return visitWatchers.add(watcher);
  }

  void close(Duration patience) throws InterruptedException {
    visitWatchers.close(patience);
    watchers.close(patience);
  }
}
