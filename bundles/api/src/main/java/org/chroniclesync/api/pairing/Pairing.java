// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.pairing;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Gives the words of this device's account to another one, or takes those of another one, by a
 * short code that a person carries. Both devices meet at the discoveries that they have in common.
 * Registered as an OSGi service. Safe for any thread; no method blocks.
 */
@ProviderType
public interface Pairing {
  /**
   * Draws a code, and waits for the device on which it is entered. One that is open is withdrawn.
   *
   * @return the invitation
   * @throws IllegalStateException if there is no discovery, or no crypto service; says why to a
   *     person
   */
  Invitation invite();

  /**
   * Returns the last invitation, with what came of it.
   *
   * @return the invitation, or null if there was none since the start
   */
  @Nullable Invitation invitation();

  /** Withdraws the code. Does nothing if none is open. */
  void withdraw();

  /**
   * Enters the code that another device shows. When it is done, this device is in the account of
   * the other one; its history stays and is shared with that account.
   *
   * @param code the code; case, and what is between its parts, is forgiven
   * @return the name of the other device; fails with {@link IllegalStateException}, whose message
   *     is for a person, if it comes to nothing
   * @throws IllegalArgumentException if it is no code; nothing was tried
   * @throws IllegalStateException if there is no discovery, no crypto service, or a code is being
   *     tried; nothing was tried
   */
  CompletionStage<String> join(String code);
}
