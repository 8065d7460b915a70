// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The conversation with one peer, as message handlers see it. It lasts from {@link
 * MessageHandler#opened} to {@link MessageHandler#closed}; after that {@link #send} throws. Safe
 * for any thread.
 */
@ProviderType
public interface Session {
  /**
   * Returns the peer's name in the room. Does not block.
   *
   * @return the peer
   */
  PeerId peer();

  /**
   * Returns the version of the protocol that the session speaks. Does not block.
   *
   * @return 2 with a node, 1 with an existing client, which knows the six types of version 1 and no
   *     others
   */
  int version();

  /**
   * Sends a message. Returns when the message has its place in the queue of this session; messages
   * of one thread arrive in the order in which they were sent, apart from control messages ({@link
   * Payload#isControl}), which go first. Blocks while the peer is slower, except for control
   * messages, which never wait.
   *
   * @param payload what to say
   * @throws IllegalArgumentException if it does not fit into a message
   * @throws ChannelClosedException if the session has ended, also while waiting
   * @throws InterruptedException if the thread was interrupted while waiting; nothing was sent
   */
  void send(Payload payload) throws ChannelClosedException, InterruptedException;
}
