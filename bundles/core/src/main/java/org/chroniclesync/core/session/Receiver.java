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

  private final Wire wire;
  private final Listener listener;

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
          listeningSince = 0;
          listener.came(arrival);
        }
      } catch (EnvelopeException e) {
        listeningSince = 0;
        listener.unopened(e);
      } catch (MalformedMessageException e) {
        listeningSince = 0;
        listener.unread(e);
      }
    }
  }

  /** Returns for how long it has listened in vain, in nanoseconds. */
  long silence() {
    long since = listeningSince;
    return since == 0 ? 0 : System.nanoTime() - since;
  }
}
