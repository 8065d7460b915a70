// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.chroniclesync.api.discovery.PeerId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Seals signals between nodes, so that a discovery service sees neither session descriptions nor
 * addresses. Only nodes of the same account open them. A signal can be replayed: it is a proposal,
 * and what comes of it has to prove itself. Safe for any thread.
 */
@ProviderType
public interface SignalSeals {
  /** Longest signal, in bytes. */
  int MAX_SIGNAL_BYTES = 40_000;

  /** Signals sealed by one process, at most. */
  long MAX_SIGNALS = 1L << 28;

  /**
   * Seals a signal.
   *
   * @param signal its bytes; not changed
   * @param from our name
   * @param to whom it is for
   * @return base64url, as {@link org.chroniclesync.api.discovery.Signal.Sealed} takes it
   * @throws IllegalArgumentException if it is longer than {@link #MAX_SIGNAL_BYTES}
   * @throws IllegalStateException if the identity was closed, or {@link #MAX_SIGNALS} is reached
   */
  String seal(byte[] signal, PeerId from, PeerId to);

  /**
   * Opens a signal.
   *
   * @param sealed what {@link #seal} returned at the other end
   * @param from whose it is
   * @param to our name
   * @return the bytes of the signal
   * @throws EnvelopeException if it is not one of this account between these two; says why
   * @throws IllegalStateException if the identity was closed
   */
  byte[] open(String sealed, PeerId from, PeerId to) throws EnvelopeException;
}
