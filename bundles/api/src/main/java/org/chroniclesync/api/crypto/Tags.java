// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Names for what must not be guessed. A digest tells a text to whoever guesses it, for as long as
 * the digest is there; a tag only to who has the words of the account. All devices of the account
 * make the same of the same. Safe for any thread; does not block.
 */
@ProviderType
public interface Tags {
  /** How long a tag is, in bytes. */
  int BYTES = 16;

  /**
   * Returns the tag of a text.
   *
   * @param purpose what the tag is for, ASCII without control characters: tags of one text for two
   *     purposes have nothing in common
   * @param text any text
   * @return {@value #BYTES} bytes, of which a user may take the first few
   * @throws IllegalStateException if the identity was closed
   */
  byte[] of(String purpose, String text);
}
