// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.chroniclesync.api.discovery.PeerId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who this node is: its person's account, its own name among the person's devices, and the key that
 * only they have. Registered as an OSGi service once a mnemonic is there. The account's keys never
 * leave the service that derived them and are wiped when that service stops; the keys of a session
 * belong to the session. Safe for any thread.
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
   * Returns the name of this device in its room, stable over restarts.
   *
   * @return the peer id
   */
  PeerId self();

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
}
