// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One side of an agreement on a key by a short code. Whoever listens, relays or guesses learns
 * nothing by which words could be tested later: each agreement is one guess. The order is {@link
 * #first}, {@link #takeFirst}, {@link #second}, {@link #takeSecond}, then the rest; any other is an
 * {@link IllegalStateException}. Not safe for several threads.
 *
 * <p>What comes from the other side may be of any length and content.
 */
@ProviderType
public interface CodeAgreement extends AutoCloseable {
  /** Length of what proves that both have the same key, in bytes. */
  int CONFIRMATION_BYTES = 32;

  /**
   * Returns what the other side gets first.
   *
   * @return the same bytes always
   */
  byte[] first();

  /**
   * Takes what the other side sent first.
   *
   * @param theirs not changed
   * @return false if it is not what an honest device sends; the agreement is over then
   */
  boolean takeFirst(byte[] theirs);

  /**
   * Returns what the other side gets second.
   *
   * @return the same bytes always
   */
  byte[] second();

  /**
   * Takes what the other side sent second. There is a key then, but nobody knows whether the other
   * side has the same.
   *
   * @param theirs not changed
   * @return false if it is not what an honest device sends; the agreement is over then
   */
  boolean takeSecond(byte[] theirs);

  /**
   * Returns what proves to the other side that this one has the key, which it has if both have the
   * same words.
   *
   * @return {@link #CONFIRMATION_BYTES}
   */
  byte[] confirmation();

  /**
   * Tells whether the other side has the same key.
   *
   * @param theirs not changed
   * @return true if it has
   */
  boolean isConfirmed(byte[] theirs);

  /**
   * Seals a message for the other side.
   *
   * @param message not changed
   * @return to be opened in the order of sealing
   */
  byte[] seal(byte[] message);

  /**
   * Opens the next message of the other side.
   *
   * @param sealed not changed
   * @return the message
   * @throws EnvelopeException if it is none; the agreement is over then
   */
  byte[] open(byte[] sealed) throws EnvelopeException;

  /** Wipes the keys. Closing twice is allowed. */
  @Override
  void close();
}
