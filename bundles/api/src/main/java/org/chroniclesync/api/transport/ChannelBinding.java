// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.util.Arrays;
import java.util.HexFormat;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What both ends see alike of the secured connection under a channel, and nobody in between can
 * make equal (the idea of RFC 5056). For WebRTC it is made of both DTLS fingerprints.
 */
@ProviderType
public final class ChannelBinding {
  private final byte[] value;

  /**
   * Makes a binding.
   *
   * @param value at most 256 bytes; copied
   * @throws IllegalArgumentException if there are more
   */
  public ChannelBinding(byte[] value) {
    if (value.length > 256) {
      throw new IllegalArgumentException("a channel binding of " + value.length + " bytes");
    }
    this.value = value.clone();
  }

  /**
   * Returns the bytes.
   *
   * @return a copy
   */
  public byte[] bytes() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelBinding binding && Arrays.equals(value, binding.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
