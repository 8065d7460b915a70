// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.api.transport.ChannelClosedException;

/**
 * Stands between the two ends of each connection. It runs on the thread that sends, holds no lock,
 * and may block: then the sender blocks. Several threads may call it at once.
 */
@FunctionalInterface
public interface Middle {
  /**
   * Does something with a frame; one that it does nothing with is lost.
   *
   * @param passage the frame on its way
   * @throws ChannelClosedException if the connection has ended
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void passes(Passage passage) throws ChannelClosedException, InterruptedException;
}
