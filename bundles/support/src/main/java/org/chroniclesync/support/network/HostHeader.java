// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client calls a server. A page of the web can let a name of its own lead anywhere. */
public final class HostHeader {
  private static final Pattern PARTS =
      Pattern.compile("(?:\\[([^\\]]{1,64})\\]|([^:\\[\\]]{1,255}))(?::[0-9]{0,5})?");

  private HostHeader() {}

  /**
   * Tells whether a server is called by an IP address or {@code localhost}, which no stranger can
   * let lead elsewhere. Does not block. For any thread.
   *
   * @param value of the header, with or without a port
   */
  public static boolean isAddress(String value) {
    Matcher parts = PARTS.matcher(value);
    if (!parts.matches()) {
      return false;
    }
    String v6 = parts.group(1);
    String other = parts.group(2);
    return v6 != null
        ? v6.indexOf(':') >= 0 && IpLiteral.parse(v6) != null
        : "localhost".equalsIgnoreCase(other) || IpLiteral.parse(other) != null;
  }
}
