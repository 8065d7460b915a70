// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Duration;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A peer at one moment.
 *
 * @param peer the peer
 * @param device what it says of itself, or null while it has not
 * @param transport the name of the transport that its channel is of, or null while there is none
 * @param transportNote why its channel is of no better transport, a sentence for a person, or null
 *     if it is of the best one that runs here, or if there is no channel
 * @param node true if it is a node of this project, false if it is a legacy client or not yet known
 * @param state where the peer stands
 * @param traffic what went over its channels since it was first seen
 * @param roundTrip how long the newest ping took there and back, or null while there is no channel
 *     or none has come back
 */
@ProviderType
public record PeerStatus(
    PeerId peer,
    @Nullable Device device,
    @Nullable String transport,
    @Nullable String transportNote,
    boolean node,
    PeerState state,
    Traffic traffic,
    @Nullable Duration roundTrip) {
  /**
   * Counts of one peer.
   *
   * @param bytesIn bytes of frames received
   * @param bytesOut bytes of frames sent
   * @param entriesIn entries received
   * @param entriesOut entries sent
   * @param refused frames, messages and entries that were unusable
   * @param ignored messages of a type that nobody handles
   */
  @ProviderType
  public record Traffic(
      long bytesIn, long bytesOut, long entriesIn, long entriesOut, long refused, long ignored) {}
}
