// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import org.chroniclesync.api.discovery.Signal;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The effort to have a channel with one peer, for as long as the peer is of interest. Safe for any
 * thread; no method blocks.
 */
@ConsumerType
public interface Link extends AutoCloseable {
  /**
   * Proposes a connection to the peer, anew if one was proposed before. Does nothing after close.
   */
  void offer();

  /**
   * Takes a signal from the peer: whatever may come, in whatever order. Does nothing after close.
   *
   * @param signal the signal
   */
  void signal(Signal signal);

  /**
   * Gives up what is under way. Channels that were handed out live on; they have owners. Closing
   * twice is allowed.
   */
  @Override
  void close();
}
