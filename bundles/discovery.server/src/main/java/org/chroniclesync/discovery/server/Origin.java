// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection comes from, for counting. For IPv6 this is the first half of the address:
 * anyone with one such address has 2^64 of them.
 *
 * @param network an IPv4 address, an IPv6 /64 network, or what the container said
 */
record Origin(String network) {
  private static final int NETWORK_BYTES = 8;
  private static final int MAX_FORWARDED = 32;
  private static final Pattern PORT =
      Pattern.compile("(?:\\[(.{1,64})\\]|([^:]{1,64}))(?::\\d{1,5})?");

  /**
   * Each trusted proxy says who came to it, after what it was told; the first that is none of them
   * is the client, who may have invented all that stands before.
   *
   * @param forwardedFor the values of X-Forwarded-For, in their order
   */
  static Origin of(String remoteAddress, List<String> forwardedFor, TrustedProxies proxies) {
    InetAddress nearest = IpLiteral.parse(bare(remoteAddress));
    String[] hops = String.join(",", forwardedFor).split(",", -1);
    for (int i = hops.length - 1; i >= Math.max(0, hops.length - MAX_FORWARDED); i--) {
      InetAddress said = IpLiteral.parse(bare(hops[i].strip()));
      if (nearest == null || said == null || !proxies.contains(nearest)) {
        break;
      }
      nearest = said;
    }
    return of(nearest);
  }

  /**
   * Some proxies add the port, and some the brackets that go with it; the zone is the network's.
   */
  private static String bare(String address) {
    Matcher parts = PORT.matcher(address);
    String bare =
        parts.matches() ? Objects.requireNonNullElse(parts.group(1), parts.group(2)) : address;
    int zone = bare.indexOf('%');
    return zone < 0 ? bare : bare.substring(0, zone);
  }

  /** Of a connection of which nobody says anything else; null if it is closed already. */
  static Origin of(@Nullable InetAddress address) {
    if (address == null) {
      return new Origin("other");
    }
    return new Origin(
        address instanceof Inet6Address
            ? HexFormat.ofDelimiter(":")
                .formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
            : address.getHostAddress());
  }
}
