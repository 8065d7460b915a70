// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection comes from, for counting. For IPv6 this is the first half of the address:
 * anyone with one such address has 2^64 of them.
 *
 * @param network an IPv4 address, an IPv6 /64 network, or what the container said
 */
record Origin(String network) {
  private static final int NETWORK_BYTES = 8;
  private static final int MAX_ADDRESS_CHARS = 64;
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  static Origin of(String remoteAddress, @Nullable String forwardedFor) {
    return network(lastOf(forwardedFor))
        .or(() -> network(remoteAddress))
        .orElseGet(() -> new Origin("other"));
  }

  /** Our own proxy wrote the last entry; the client may have invented those before it. */
  private static String lastOf(@Nullable String forwardedFor) {
    return forwardedFor == null
        ? ""
        : forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
  }

  private static Optional<Origin> network(String address) {
    String bare = address.startsWith("[") ? address.replaceAll("^\\[|\\](:\\d+)?$", "") : address;
    if (bare.length() > MAX_ADDRESS_CHARS || !isLiteral(bare)) {
      return Optional.empty();
    }
    try {
      InetAddress parsed = InetAddress.getByName(bare);
      return Optional.of(
          new Origin(
              parsed instanceof Inet6Address
                  ? HexFormat.ofDelimiter(":")
                      .formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
                  : parsed.getHostAddress()));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  // The JDK would look up anything else by name: a stranger could make us send requests.
  private static boolean isLiteral(String address) {
    return IPV4.matcher(address).matches() || IPV6.matcher(address).matches();
  }
}
