// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that begin with the same bits. Immutable.
 *
 * @param address one of them
 * @param bits how many bits are the same
 */
public record IpNetwork(InetAddress address, int bits) {
  private static final Pattern TEXT = Pattern.compile("([^/]{1,64})(?:/([0-9]{1,3}))?");

  /**
   * Reads an address, or a network such as {@code 10.0.0.0/8}. Asks no name service. For any
   * thread.
   *
   * @return the network, of one address if no bits are named, or null if the text is neither
   */
  public static @Nullable IpNetwork parse(String text) {
    Matcher parts = TEXT.matcher(text);
    InetAddress address = parts.matches() ? IpLiteral.parse(parts.group(1)) : null;
    if (address == null) {
      return null;
    }
    int most = Byte.SIZE * address.getAddress().length;
    int bits = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
    return bits <= most ? new IpNetwork(address, bits) : null;
  }

  /** Tells whether an address is one of them. */
  public boolean contains(InetAddress other) {
    byte[] ours = address.getAddress();
    byte[] theirs = other.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
