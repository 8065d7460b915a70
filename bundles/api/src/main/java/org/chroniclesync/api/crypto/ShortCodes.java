// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What two devices need to agree on a key by a code that is short enough to be read aloud. A code
 * is a number, which names the place where they meet, and words, which nobody else knows.
 * Registered as an OSGi service. Safe for any thread.
 */
@ProviderType
public interface ShortCodes {
  /**
   * Draws the words of a code.
   *
   * @return two words of the BIP-39 list, such as {@code ocean-rabbit}: 22 random bits
   */
  String words();

  /**
   * Checks the words of a code that a person typed, before the only try is spent on them.
   *
   * @param typed the words; case, and what is between them, is forgiven
   * @return the words in their one form
   * @throws IllegalArgumentException if they are none; says why to a person
   */
  String check(String typed);

  /**
   * Draws a name and a key for one meeting. They say nothing of the device or its account.
   *
   * @return the credentials
   */
  Credentials credentials();

  /**
   * Begins an agreement.
   *
   * @param inviting true on the device that shows the code
   * @param room where they meet
   * @param self this side's name there
   * @param peer the other side's name there
   * @param words in their one form
   * @return the agreement, good for one try
   */
  CodeAgreement begin(boolean inviting, RoomId room, PeerId self, PeerId peer, String words);
}
