// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;

/**
 * The thread of a session that receives and opens. It answers for the peer being alive, so it
 * neither merges nor sends, and is measured by the monotonic clock: only time in which it listened
 * counts as silence.
 */
final class Receiver {
  /** How often it looks whether the session has ended. */
  private static final Duration TICK = Duration.ofMillis(250);

  /**
   * How much of a record must have come for the peer to count as heard: a long record may take its
   * time on a slow line, but one that comes byte by byte does not keep a session alive.
   */
  static final int LEAST_PART_BYTES = 1_024;

  private final Wire wire;
  private final Listener listener;

  /** How much of the record that is coming has counted. */
  private int heardBytes;

  /** Since when it listens in vain, in {@link System#nanoTime}; 0 while it does something else. */
  private volatile long listeningSince;

  /** Told on this thread. */
  interface Listener {
    /** It is about to listen, which it does at least each {@link #TICK}. */
    void listens() throws ChannelClosedException, InterruptedException, StorageException;

    /** A message came, the first one of all perhaps. */
    void came(Wire.Arrival arrival)
        throws ChannelClosedException, InterruptedException, StorageException;

    /** A frame could not be opened. */
    void unopened(EnvelopeException why);

    /** A message could not be read. */
    void unread(MalformedMessageException why);
  }

  Receiver(Wire wire, Listener listener) {
    this.wire = wire;
    this.listener = listener;
  }

  /** Receives until the session ends. */
  void run() throws ChannelClosedException, InterruptedException, StorageException {
    while (true) {
      listener.listens();
      if (listeningSince == 0) {
        listeningSince = System.nanoTime() | 1;
      }
      try {
        Wire.Arrival arrival = wire.receive(TICK);
        if (arrival != null) {
          heard();
          listener.came(arrival);
        } else if (wire.pendingBytes() - heardBytes >= LEAST_PART_BYTES) {
          heardBytes = wire.pendingBytes();
          listeningSince = 0;
        }
      } catch (EnvelopeException e) {
        heard();
        listener.unopened(e);
      } catch (MalformedMessageException e) {
        heard();
        listener.unread(e);
      }
    }
  }

  private void heard() {
    heardBytes = 0;
    listeningSince = 0;
  }

  /** Returns for how long it has listened in vain, in nanoseconds. */
  long silence() {
    long since = listeningSince;
    return since == 0 ? 0 : System.nanoTime() - since;
  }
}
