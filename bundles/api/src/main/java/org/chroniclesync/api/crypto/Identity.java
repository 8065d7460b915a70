// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who this node is: its person's account, its own name and key among the person's devices, and the
 * account's keys, which only they have. Registered as an OSGi service once a mnemonic is there. The
 * keys of device and account never leave the service that has them and are wiped when that service
 * stops; the keys of a session belong to the session. Safe for any thread.
 */
@ProviderType
public interface Identity {
  /**
   * Returns the account.
   *
   * @return the account id
   */
  AccountId account();

  /**
   * Returns the name of this device in its rooms, stable over restarts: that of its key.
   *
   * @return the peer id
   */
  PeerId self();

  /**
   * Returns the room in which the nodes of the account meet. Its name says nothing about the words
   * that could be tested faster than version 2's keys are derived. Clients of version 1 meet in
   * {@link AccountId#room}.
   *
   * @return the room, which has a key of its own
   */
  RoomId nodeRoom();

  /**
   * Returns how this device proves its name, and that it belongs in {@link #nodeRoom}. Nothing can
   * be signed once this service has stopped ({@link IllegalStateException}).
   *
   * @return the same object always
   */
  Credentials credentials();

  /**
   * Tells whether a device signed a statement. Needs no key of this account.
   *
   * @param peer the name of the device
   * @param key what is said to be its public key, of any length
   * @param statement what was signed; not changed
   * @param signature the signature, of any length
   * @return true if the name belongs to the key, and the key to the signature
   */
  boolean isSignedBy(PeerId peer, byte[] key, byte[] statement, byte[] signature);

  /**
   * Returns the version 1 envelopes of the account.
   *
   * @return the same object always
   */
  Envelopes envelopes();

  /**
   * Returns the version 2 sessions of the account.
   *
   * @return the same object always
   */
  Sessions sessions();

  /**
   * Returns the seals of signals between nodes of the account.
   *
   * @return the same object always
   */
  SignalSeals signals();

  /**
   * Returns the tags of the account.
   *
   * @return the same object always
   */
  Tags tags();
}
