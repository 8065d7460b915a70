// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.storage.StoreState;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A node at one moment. Shell, web page, health check and log show this and nothing else.
 *
 * @param startedAt since when the node runs
 * @param self the name of this device in its room, or null until the mnemonic is there
 * @param store the history in numbers, or null while there is no storage
 * @param storages the storages that run, the one in use first; more than one where one is to follow
 *     the other
 * @param parts all parts that the node has or lacks, and how they do; those that it cannot work
 *     without come first
 * @param discoveries where the node looks for peers
 * @param peers the peers that are known, by peer id
 * @param failures the newest failures, newest first, at most {@link #MAX_FAILURES}
 */
@ProviderType
public record NodeStatus(
    Instant startedAt,
    @Nullable PeerId self,
    @Nullable StoreState store,
    List<StorageStatus> storages,
    List<Part> parts,
    List<DiscoveryStatus> discoveries,
    List<PeerStatus> peers,
    List<Failure> failures) {
  /** How many failures are remembered. */
  public static final int MAX_FAILURES = 100;

  /** Copies the lists. */
  public NodeStatus {
    storages = List.copyOf(storages);
    parts = List.copyOf(parts);
    discoveries = List.copyOf(discoveries);
    peers = List.copyOf(peers);
    failures = List.copyOf(failures);
  }

  /**
   * Returns the parts that do not work as they should, with cause and remedy. The node is well if
   * there are none.
   *
   * @return the parts whose state is a {@link Part.Trouble}; those that only work less well come
   *     last
   */
  public List<Part> troubles() {
    return parts.stream()
        .filter(part -> part.state() instanceof Part.Trouble)
        .sorted(Comparator.comparing(part -> part.state() instanceof Part.Degraded))
        .toList();
  }

  /**
   * Tells whether some part is still starting, so that nobody can say yet whether the node is well.
   *
   * @return true if so
   */
  public boolean isStarting() {
    return parts.stream().anyMatch(part -> part.state() instanceof Part.Starting);
  }

  /**
   * One way to find peers.
   *
   * @param name its name
   * @param state where it stands
   */
  @ProviderType
  public record DiscoveryStatus(String name, DiscoveryState state) {}

  /**
   * Something that went wrong.
   *
   * @param at when
   * @param what a sentence for a person, with what to do
   * @param times how often it happened since the node started
   */
  @ProviderType
  public record Failure(Instant at, String what, long times) {}
}
