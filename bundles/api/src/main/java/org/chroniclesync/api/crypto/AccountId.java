// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.chroniclesync.api.discovery.RoomId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Names a person's account, the same on all of their devices (existing clients call it {@code
 * clientId}): base64url without padding of SHA-256 of the mnemonic.
 *
 * @param value 43 characters of the base64url alphabet
 */
@ProviderType
public record AccountId(String value) {
  private static final int CHARS = 43;
  private static final int ROOM_CHARS = 8;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is no base64url of 32 bytes
   */
  public AccountId {
    if (value.length() != CHARS || !value.matches("[A-Za-z0-9_-]*")) {
      throw new IllegalArgumentException("not an account id");
    }
  }

  /**
   * Returns the room in which the devices of the account meet.
   *
   * @return the first eight characters, as existing clients have it
   */
  public RoomId room() {
    return new RoomId(value.substring(0, ROOM_CHARS));
  }

  /** Returns a prefix only: the whole id is the salt of the account's key. */
  @Override
  public String toString() {
    return value.substring(0, 4) + "…";
  }
}
