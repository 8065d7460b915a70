// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The words of the account that this device is in, and how it goes to another account. Registered
 * as an OSGi service by whoever keeps the words. Safe for any thread; methods do I/O and may block
 * for some seconds.
 *
 * <p>What belongs to the device stays: its key, with that its name, its history and what it notes
 * beside it. What belongs to the account changes: its id, its rooms and all keys.
 */
@ProviderType
public interface AccountWords {
  /**
   * Returns the words of now.
   *
   * @return a copy in their one form, which the receiver wipes
   * @throws IllegalStateException if there are none that can be read; says why to a person
   */
  char[] phrase();

  /**
   * Draws new words and takes the device to their account. From when this returns, nothing is
   * sealed under the former words any more.
   *
   * @throws IllegalStateException if they cannot be kept; the device is then in the account that it
   *     was in
   */
  void renew();

  /**
   * Takes the device to the account of other words. The words are kept before anything else
   * changes, whole or not at all, also after a loss of power. From when this returns, nothing is
   * sealed under the former words any more. The same words change nothing.
   *
   * @param phrase what a person typed or another device sent; case and white space are forgiven;
   *     not changed
   * @throws IllegalArgumentException if these are no words of an account; says why to a person
   * @throws IllegalStateException if they cannot be kept; the device is then in the account that it
   *     was in
   */
  void replace(char[] phrase);
}
