// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** Where a peer stands. */
@ProviderType
public sealed interface PeerState {
  /** Seen, and a channel is being made, or it has not yet proved that it belongs to the account. */
  @ProviderType
  record Connecting() implements PeerState {}

  /**
   * Seen, but no channel could be made.
   *
   * @param why a sentence for a person, with what to do
   * @param retryAt when it is tried again
   */
  @ProviderType
  record Unreachable(String why, Instant retryAt) implements PeerState {}

  /**
   * Connected, and entries are on the way.
   *
   * @param done how many positions of both feeds have been taken over
   * @param total how many there are to take over in all
   */
  @ProviderType
  record Syncing(long done, long total) implements PeerState {}

  /**
   * Connected, but this node lacks a part that it needs to send, receive or store, so nobody knows
   * what waits.
   *
   * @param why the causes of {@link NodeStatus#troubles}, sentences for a person
   */
  @ProviderType
  record HeldUp(String why) implements PeerState {}

  /**
   * Connected, and both ends have all of each other. A legacy client is counted so once it received
   * all that we had.
   *
   * @param since from when on
   */
  @ProviderType
  record InSync(Instant since) implements PeerState {}

  /**
   * Refused, because what it sends cannot be opened or breaks the rules.
   *
   * @param why a sentence for a person, with what to do
   */
  @ProviderType
  record Refused(String why) implements PeerState {}

  /**
   * Not in the room, and no channel.
   *
   * @param since from when on
   */
  @ProviderType
  record Gone(Instant since) implements PeerState {}
}
