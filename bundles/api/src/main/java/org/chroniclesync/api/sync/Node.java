// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.List;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.osgi.annotation.versioning.ProviderType;

/** A running node. Registered as an OSGi service while it runs. Safe for any thread. */
@ProviderType
public interface Node {
  /**
   * Returns the state of the node. Never blocks for long.
   *
   * @return the state now
   */
  NodeStatus status();

  /**
   * Returns the devices that have ever proved that they belong to the account, this one not
   * included. They are noted in the storage, so there are none before one has been in use. Does not
   * block.
   *
   * @return the devices, those seen last first
   */
  List<KnownDevice> devices();

  /**
   * Takes a device out of {@link #devices}. Its visits stay, and it can connect as before if it has
   * the words; then it is among the devices again. Does not block; the storage follows.
   *
   * @param device its name in rooms
   * @return false if it was not among them
   */
  boolean forget(PeerId device);

  /**
   * Returns the last attempts to connect with a peer, at most {@value PeerAttempt#MAX}. They hold
   * private addresses, and are for the owner's eyes alone. Does not block.
   *
   * @param peer its name in rooms
   * @return the attempts, newest first; none if the peer is not known, or was never tried since the
   *     node started
   */
  List<PeerAttempt> attempts(PeerId peer);

  /**
   * Asks a peer for its own view of the attempts to connect, through the discovery that sees it.
   * The question neither begins nor ends an attempt. A peer that was asked within {@link
   * PeerView#REST} is not asked again. Blocks until it has answered, a few seconds at most.
   *
   * @param peer its name in rooms
   * @return its answer, or why there is none
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  PeerView view(PeerId peer) throws InterruptedException;

  /**
   * Tries at once what would be tried later: unreachable peers, and questions to those connected.
   * Returns at once; {@link #status} shows what comes of it.
   */
  void syncNow();

  /**
   * Tells a listener of the state after each change, though not of every change when they come
   * quickly.
   *
   * @param listener called by one thread at a time; what it throws is logged
   * @return closes the watch
   */
  Watch watch(Consumer<NodeStatus> listener);

  /** A listener's registration. */
  @ProviderType
  interface Watch extends AutoCloseable {
    /** Ends the watch. Ending it twice is allowed. */
    @Override
    void close();
  }
}
