// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import org.chroniclesync.api.discovery.Signal;
import org.osgi.annotation.versioning.ProviderType;

/** What a link tells its listener. */
@ProviderType
public sealed interface LinkEvent {
  /**
   * A signal for the peer.
   *
   * @param signal to be brought to the peer's link
   */
  @ProviderType
  record SignalOut(Signal signal) implements LinkEvent {}

  /**
   * A channel opened. It replaces the one before, which whoever listens closes: a peer that lost
   * its end, or started anew, is back.
   *
   * @param channel the channel, which now belongs to the listener
   */
  @ProviderType
  record Opened(Channel channel) implements LinkEvent {}

  /**
   * An attempt failed. The link stays usable: offer again, or let the peer offer.
   *
   * @param why a sentence for a person, with what to do
   */
  @ProviderType
  record Failed(String why) implements LinkEvent {}

  /**
   * An attempt has come further, or to its end. Told once in a while, and of an attempt that failed
   * before {@link Failed}; a transport that knows nothing tells nothing.
   *
   * @param report how far it is; it replaces what was told of the same attempt before
   */
  @ProviderType
  record Progress(AttemptReport report) implements LinkEvent {}
}
