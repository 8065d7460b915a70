// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.chroniclesync.support.network.IpLiteral;

/**
 * The configuration, checked.
 *
 * @param address where to listen
 * @param authorities the Host headers that are answered besides addresses, in lower case
 */
record Settings(InetAddress address, int port, Set<String> authorities) {
  private static final ConfigurationValues VALUES =
      ConfigurationValues.of("org.chroniclesync.metrics.prometheus");
  private static final Pattern AUTHORITY =
      Pattern.compile("([a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}\\])(:[0-9]{1,5})?");
  private static final int MOST_AUTHORITIES = 16;

  static Settings of(Config config) {
    String host = config.host().trim().toLowerCase(Locale.ROOT);
    InetAddress address = IpLiteral.parse(host);
    if (address == null || address.isMulticastAddress()) {
      throw VALUES.refuse("host", config.host(), "an IP address of this machine");
    }
    int port = VALUES.wholeNumber("port", config::port, 1, 65_535);
    VALUES.atMost("authorities", config.authorities().length, MOST_AUTHORITIES);
    Set<String> all = new HashSet<>();
    for (String authority : config.authorities()) {
      String lower = authority.trim().toLowerCase(Locale.ROOT);
      if (!AUTHORITY.matcher(lower).matches()) {
        throw VALUES.refuseElement("authorities", authority, "HOST or HOST:PORT");
      }
      all.add(lower);
    }
    return new Settings(address, port, Set.copyOf(all));
  }
}
