// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.api.sync.StorageStatus.Role;
import org.chroniclesync.support.text.VisibleText;
import org.jspecify.annotations.Nullable;

/**
 * What of a status is a number. Names of parts are left out, because the name of an importer's part
 * is a path; so are the devices of a person.
 */
final class Numbers {
  private static final List<Class<? extends PeerState>> PEER_STATES =
      List.of(
          PeerState.Connecting.class,
          PeerState.Unreachable.class,
          PeerState.Syncing.class,
          PeerState.HeldUp.class,
          PeerState.InSync.class,
          PeerState.Refused.class,
          PeerState.Gone.class);

  private final NodeStatus status;
  private final MetricSnapshots.Builder all = MetricSnapshots.builder();

  private Numbers(NodeStatus status) {
    this.status = status;
  }

  static MetricSnapshots of(NodeStatus status) {
    Numbers numbers = new Numbers(status);
    numbers.node();
    numbers.store();
    numbers.storages();
    numbers.discoveries();
    numbers.peers();
    numbers.traffic();
    return numbers.all.build();
  }

  private void node() {
    all.metricSnapshot(
        new Family("start_time_seconds", "When the node was started.")
            .add(Labels.EMPTY, status.startedAt().getEpochSecond())
            .gauge(Unit.SECONDS));
    all.metricSnapshot(
        new Family("troubles", "How many parts do not work as they should.")
            .add(Labels.EMPTY, status.troubles().size())
            .gauge(null));
    Family parts = new Family("parts", "Parts of the node by kind and state.");
    for (Part part : status.parts()) {
      parts.add(labels("kind", part.kind(), "state", word(part.state().getClass())), 1);
    }
    all.metricSnapshot(parts.gauge(null));
  }

  private void store() {
    StoreState store = status.store();
    if (store == null || status.storages().isEmpty()) {
      return;
    }
    Labels storage = labels("storage", status.storages().get(0).type());
    all.metricSnapshot(
        new Family("storage_entries", "Visits in the storage in use.")
            .add(storage, store.entries())
            .gauge(null));
    all.metricSnapshot(
        new Family("storage_tombstones", "Deleted visits of which the storage in use knows.")
            .add(storage, store.tombstones())
            .gauge(null));
    all.metricSnapshot(
        new Family("storage_changes", "Changes that merges made to the storage in use.")
            .add(storage, store.head())
            .counter(null));
  }

  private void storages() {
    Family storages = new Family("storages", "Storages by what they do for the node.");
    Family missing =
        new Family("storage_missing_changes", "Changes that a storage on standby lacks.");
    for (StorageStatus storage : status.storages()) {
      Role role = storage.role();
      storages.add(labels("storage", storage.type(), "role", word(role.getClass())), 1);
      if (role instanceof Role.StandingBy standingBy) {
        missing.add(labels("storage", storage.type()), standingBy.left());
      }
    }
    all.metricSnapshot(storages.gauge(null));
    all.metricSnapshot(missing.gauge(null));
  }

  private void discoveries() {
    Family discoveries = new Family("discoveries", "Discoveries by name and state.");
    for (NodeStatus.DiscoveryStatus one : status.discoveries()) {
      discoveries.add(labels("discovery", one.name(), "state", word(one.state().getClass())), 1);
    }
    all.metricSnapshot(discoveries.gauge(null));
  }

  private void peers() {
    Family peers = new Family("peers", "Peers by state.");
    PEER_STATES.forEach(state -> peers.add(labels("state", word(state)), 0));
    Family waiting =
        new Family("peer_waiting_changes", "Changes that this node and a peer do not have both.");
    for (PeerStatus peer : status.peers()) {
      peers.add(labels("state", word(peer.state().getClass())), 1);
      if (peer.state() instanceof PeerState.InSync && isOfTheAccount(peer)) {
        waiting.add(id(peer), 0);
      } else if (peer.state() instanceof PeerState.Syncing syncing && isOfTheAccount(peer)) {
        waiting.add(id(peer), syncing.total() - syncing.done());
      }
    }
    all.metricSnapshot(peers.gauge(null));
    all.metricSnapshot(waiting.gauge(null));
  }

  private void traffic() {
    traffic("peer_received_bytes", "Frames received, in bytes.", Unit.BYTES, one -> one.bytesIn());
    traffic("peer_sent_bytes", "Frames sent, in bytes.", Unit.BYTES, one -> one.bytesOut());
    traffic("peer_received_entries", "Entries received.", null, one -> one.entriesIn());
    traffic("peer_sent_entries", "Entries sent.", null, one -> one.entriesOut());
    traffic("peer_refused", "Unusable frames, messages and entries.", null, one -> one.refused());
    traffic("peer_ignored", "Messages of types that nobody handles.", null, one -> one.ignored());
  }

  private void traffic(
      String name, String help, @Nullable Unit unit, ToLongFunction<PeerStatus.Traffic> number) {
    Family family = new Family(name, help);
    status.peers().stream()
        .filter(Numbers::isOfTheAccount)
        .forEach(peer -> family.add(id(peer), number.applyAsLong(peer.traffic())));
    all.metricSnapshot(family.counter(unit));
  }

  /** Strangers come under ever new names, and each would leave a time series at Prometheus. */
  private static boolean isOfTheAccount(PeerStatus peer) {
    return peer.device() != null;
  }

  private static Labels id(PeerStatus peer) {
    return labels("peer", peer.peer().value());
  }

  /** What cannot be encoded is made visible first: two values that differ stay different. */
  private static Labels labels(String name, String value) {
    return Labels.of(name, VisibleText.of(value));
  }

  private static Labels labels(String name, String value, String other, String otherValue) {
    return Labels.of(name, VisibleText.of(value), other, VisibleText.of(otherValue));
  }

  /** {@code InSync} becomes {@code in_sync}. */
  private static String word(Class<?> state) {
    return state.getSimpleName().replaceAll("(?<!^)(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
