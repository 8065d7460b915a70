// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Seals and opens version 1 frames: {@code {"iv":HEX,"data":HEX}}, AES-256-GCM under the account's
 * key, a fresh random IV each. Safe for any thread.
 */
@ProviderType
public interface Envelopes {
  /**
   * How many frames one process seals under one key at most, far below the 2^32 random IVs that
   * NIST SP 800-38D, section 8.3, allows a key in all.
   */
  long MAX_FRAMES = 1L << 31;

  /**
   * Seals a message.
   *
   * @param plaintext the message
   * @return the frame
   * @throws IllegalStateException if the identity was closed, or {@link #MAX_FRAMES} is reached
   */
  String seal(byte[] plaintext);

  /**
   * Opens a frame, with hexadecimal or base64 members.
   *
   * @param frame the frame
   * @return the message
   * @throws EnvelopeException if it is no frame of this account; says why
   * @throws IllegalStateException if the identity was closed
   */
  byte[] open(String frame) throws EnvelopeException;

  /**
   * Returns how long a plaintext may be so that its frame fits.
   *
   * @param maxFrameBytes the longest frame
   * @return bytes, 0 or greater
   */
  int maxPlaintextBytes(int maxFrameBytes);
}
