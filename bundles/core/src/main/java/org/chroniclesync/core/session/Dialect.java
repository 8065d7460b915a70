// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;

/** How a session talks, once it is known with whom: with a node, or with a client of version 1. */
sealed interface Dialect extends AutoCloseable permits NodeDialect, LegacyDialect {
  /** Returns the version of the protocol. */
  int version();

  /** Sends our history until the session ends, on a thread of its own. */
  void write() throws ChannelClosedException, InterruptedException, StorageException;

  /** A message came that is not control. Waits only for a peer that knows no window. */
  void arrived(Inbox.Item.Came came) throws ChannelClosedException, InterruptedException;

  /** Such a message was dealt with. */
  void handled(int frameBytes);

  /** A message of that length could not be read, and is not dealt with. Does not block. */
  void skipped(int frameBytes);

  /** A message that may have brought entries was not dealt with. Does not block. */
  void lost();

  /** The peer said who it is. Does not block. */
  void met(Hello theirs);

  /** The peer echoed a ping. Does not block. */
  void echoed(double timestamp);

  /** The peer asks for our history, or acknowledges. Does not block. */
  void request(Payload.SyncRequest request);

  /** Stores entries of the peer. On the thread that merges. */
  void merge(List<Entry> entries, @Nullable Segment segment, int frameBytes)
      throws StorageException, InterruptedException;

  /** Takes a turn of a comparison. Does not block. */
  void compare(Payload.Reconcile turn);

  /** Our history grew. Does not block. */
  void grew();

  /** Looks whether anything is due. Does not block. */
  void tick();

  /** Looks for what is missing, whatever was believed before. Does not block. */
  void doubt();

  /** Tells whether both sides have everything of each other, as far as the version can tell. */
  boolean isComplete();

  /** Returns how far it is from that. */
  PeerState.Syncing progress();

  /** Ends what it does by itself, soon. */
  @Override
  void close();

  /** Returns false if something of it still ran at the deadline, in {@link System#nanoTime}. */
  boolean join(long deadline) throws InterruptedException;
}
