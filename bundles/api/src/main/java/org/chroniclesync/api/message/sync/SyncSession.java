// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message.sync;

import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A session as the handlers of the standard messages use it: each of them turns a message into one
 * of these calls. After the session has ended they do nothing. Safe for any thread.
 *
 * <p>Control messages ({@link Payload#isControl}) are handled by the thread that receives, so their
 * calls ({@link #hello}, {@link #met}, {@link #echoed}, {@link #introduced}, {@link #request})
 * never block. All others are handled by the thread that merges.
 */
@ProviderType
public interface SyncSession extends Session {
  /**
   * Returns what this node says of itself in {@code ping} and {@code pong}. Does not block.
   *
   * @return the hello
   */
  Hello hello();

  /**
   * Takes note of a ping or pong: the peer lives, and says who it is. Does not block.
   *
   * @param hello the peer's hello, or null from an existing client
   */
  void met(@Nullable Hello hello);

  /**
   * Takes note that everything sent before the ping with this timestamp has arrived. Does not
   * block.
   *
   * @param timestamp the timestamp echoed
   */
  void echoed(double timestamp);

  /**
   * Takes note of the device at the other end. Does not block.
   *
   * @param device what it says of itself
   */
  void introduced(Device device);

  /**
   * Takes a request for this node's history: an acknowledgement, or the wish to read from there.
   * Does not block.
   *
   * @param request the request
   */
  void request(Payload.SyncRequest request);

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
   * Takes a turn of a comparison, whose entries have been merged before. Answers it later, on
   * another thread. Does not block.
   *
   * @param turn the peer's turn
   * @throws IllegalStateException if it comes out of turn
   */
  void compare(Payload.Reconcile turn);
}
