// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** Where a membership stands. */
@ProviderType
public sealed interface DiscoveryState {
  /** The first attempt to join is under way. */
  @ProviderType
  record Joining() implements DiscoveryState {}

  /**
   * In the room.
   *
   * @param since from when on
   */
  @ProviderType
  record Joined(Instant since) implements DiscoveryState {}

  /**
   * Not in the room; it will be tried again.
   *
   * @param why a sentence for a person, with what to do
   * @param retryAt when it is tried again
   */
  @ProviderType
  record Waiting(String why, Instant retryAt) implements DiscoveryState {}

  /**
   * Not in the room, because the discovery refuses this device, or what answers in its place does,
   * such as the sign-in page of a network. Somebody has to do something; until then it is tried
   * again, but rarely, and each refusal is told.
   *
   * @param why a sentence for a person, with what to do
   */
  @ProviderType
  record Refused(String why) implements DiscoveryState {}

  /**
   * Not in the room, since there is nothing now by which anybody could be found, such as no network
   * at all. No fault: it joins by itself once there is.
   *
   * @param why a sentence for a person, with what to do
   */
  @ProviderType
  record Idle(String why) implements DiscoveryState {}

  /**
   * Not in the room, because the node has no need of this discovery now; see {@link
   * Discovery#PRIORITY_PROPERTY}. No fault: it joins by itself once there is. Only the node itself
   * says so, never a membership.
   *
   * @param why a sentence for a person
   */
  @ProviderType
  record StandingBy(String why) implements DiscoveryState {}

  /** Left. */
  @ProviderType
  record Left() implements DiscoveryState {}
}
