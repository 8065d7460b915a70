// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses as text. */
public final class IpLiteral {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** Without leading zeros, which some read as octal. */
  private static final Pattern V4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

  /** What Java takes for IPv6, good or bad, and nothing that it takes for a name. */
  private static final Pattern V6 =
      Pattern.compile("(?=[^:]{0,4}:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");

  private IpLiteral() {}

  /**
   * Reads an address. Asks no name service, whatever the text is: {@link InetAddress#getByName}
   * does for {@code 999.1.1.1}. Does not block. For any thread.
   *
   * @param text an IPv4 address in four decimal numbers or an IPv6 address without a zone; an IPv4
   *     address that is mapped into IPv6 comes out as the former
   * @return the address, or null if the text is none
   */
  public static @Nullable InetAddress parse(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
