// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The conversation with one peer, as its message handlers see it. Valid while the handler runs and
 * after, until the channel ends; then {@link #send} throws and all else does nothing. Safe for any
 * thread.
 */
@ProviderType
public interface Session {
  /**
   * Returns who the peer says it is.
   *
   * @return the peer
   */
  PeerId peer();

  /**
   * Returns what this node says of itself in {@code ping} and {@code pong}.
   *
   * @return the hello
   */
  Hello hello();

  /**
   * Sends a message. Blocks while the peer is slower.
   *
   * @param payload what to say
   * @throws IllegalArgumentException if it does not fit into a frame
   * @throws ChannelClosedException if the channel has ended
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void send(Payload payload) throws ChannelClosedException, InterruptedException;

  /**
   * Takes notice of a ping or pong: the peer lives, and says who it is.
   *
   * @param hello the peer's hello, or null from a legacy peer
   */
  void met(@Nullable Hello hello);

  /**
   * Takes notice that all that was sent before the ping with this timestamp has arrived.
   *
   * @param timestamp the timestamp echoed
   */
  void echoed(double timestamp);

  /**
   * Takes notice of the device at the other end.
   *
   * @param device what it says of itself
   */
  void introduced(Device device);

  /**
   * Stores entries of the peer. When it returns they are durable, and if they came as a segment the
   * peer will learn so. Blocks while there is no storage.
   *
   * @param entries the entries
   * @param segment the stretch of the peer's feed that they cover, or null
   * @param refused how many entries of the message were unusable
   * @throws StorageException if nothing was stored
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void merge(List<Entry> entries, @Nullable Segment segment, int refused)
      throws StorageException, InterruptedException;

  /**
   * Begins, or goes on, to send what the peer asked for. Returns at once.
   *
   * @param request the request
   */
  void stream(Payload.SyncRequest request);
}
