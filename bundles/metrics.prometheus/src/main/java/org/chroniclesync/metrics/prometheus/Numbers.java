// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.api.sync.StorageStatus.Role;
import org.chroniclesync.support.metrics.Metrics;
import org.chroniclesync.support.metrics.Metrics.Family;
import org.chroniclesync.support.text.VisibleText;

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
  private final Metrics all = new Metrics("chroniclesync_");

  private Numbers(NodeStatus status) {
    this.status = status;
  }

  static Metrics of(NodeStatus status) {
    Numbers numbers = new Numbers(status);
    numbers.node();
    numbers.store();
    numbers.storages();
    numbers.discoveries();
    numbers.peers();
    numbers.traffic();
    return numbers.all;
  }

  private void node() {
    all.gauge("start_time_seconds", "When the node was started.")
        .add(status.startedAt().getEpochSecond());
    all.gauge("troubles", "How many parts do not work as they should.")
        .add(status.troubles().size());
    Family parts = all.gauge("parts", "Parts of the node by kind and state.");
    for (Part part : status.parts()) {
      parts.add(labels("kind", part.kind(), "state", word(part.state().getClass())), 1);
    }
  }

  private void store() {
    StoreState store = status.store();
    if (store == null || status.storages().isEmpty()) {
      return;
    }
    Map<String, String> storage = labels("storage", status.storages().get(0).type());
    all.gauge("storage_entries", "Visits in the storage in use.").add(storage, store.entries());
    all.gauge("storage_tombstones", "Deleted visits of which the storage in use knows.")
        .add(storage, store.tombstones());
    all.counter("storage_changes", "Changes that merges made to the storage in use.")
        .add(storage, store.head());
  }

  private void storages() {
    Family storages = all.gauge("storages", "Storages by what they do for the node.");
    Family missing =
        all.gauge("storage_missing_changes", "Changes that a storage on standby lacks.");
    for (StorageStatus storage : status.storages()) {
      Role role = storage.role();
      storages.add(labels("storage", storage.type(), "role", word(role.getClass())), 1);
      if (role instanceof Role.StandingBy standingBy) {
        missing.add(labels("storage", storage.type()), standingBy.left());
      }
    }
  }

  private void discoveries() {
    Family discoveries = all.gauge("discoveries", "Discoveries by name and state.");
    for (NodeStatus.DiscoveryStatus one : status.discoveries()) {
      discoveries.add(labels("discovery", one.name(), "state", word(one.state().getClass())), 1);
    }
  }

  private void peers() {
    Family peers = all.gauge("peers", "Peers by state.");
    PEER_STATES.forEach(state -> peers.add(labels("state", word(state)), 0));
    Family waiting =
        all.gauge("peer_waiting_changes", "Changes that this node and a peer do not have both.");
    for (PeerStatus peer : status.peers()) {
      peers.add(labels("state", word(peer.state().getClass())), 1);
      if (peer.state() instanceof PeerState.InSync && isOfTheAccount(peer)) {
        waiting.add(id(peer), 0);
      } else if (peer.state() instanceof PeerState.Syncing syncing && isOfTheAccount(peer)) {
        waiting.add(id(peer), syncing.total() - syncing.done());
      }
    }
  }

  private void traffic() {
    traffic("peer_received_bytes", "Frames received, in bytes.", one -> one.bytesIn());
    traffic("peer_sent_bytes", "Frames sent, in bytes.", one -> one.bytesOut());
    traffic("peer_received_entries", "Entries received.", one -> one.entriesIn());
    traffic("peer_sent_entries", "Entries sent.", one -> one.entriesOut());
    traffic("peer_refused", "Unusable frames, messages and entries.", one -> one.refused());
    traffic("peer_ignored", "Messages of types that nobody handles.", one -> one.ignored());
  }

  private void traffic(String name, String help, ToLongFunction<PeerStatus.Traffic> number) {
    Family family = all.counter(name, help);
    status.peers().stream()
        .filter(Numbers::isOfTheAccount)
        .forEach(peer -> family.add(id(peer), number.applyAsLong(peer.traffic())));
  }

  /** Strangers come under ever new names, and each would leave a time series at Prometheus. */
  private static boolean isOfTheAccount(PeerStatus peer) {
    return peer.device() != null;
  }

  private static Map<String, String> id(PeerStatus peer) {
    return labels("peer", peer.peer().value());
  }

  /** What cannot be encoded is made visible first: two values that differ stay different. */
  private static Map<String, String> labels(String name, String value) {
    return Map.of(name, VisibleText.of(value));
  }

  private static Map<String, String> labels(
      String name, String value, String other, String otherValue) {
    return Map.of(name, VisibleText.of(value), other, VisibleText.of(otherValue));
  }

  /** {@code InSync} becomes {@code in_sync}. */
  private static String word(Class<?> state) {
    return state.getSimpleName().replaceAll("(?<!^)(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
