// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.support.network.IpNetwork;

/** Who is believed what they say of where a client comes from. */
record TrustedProxies(List<IpNetwork> networks) {
  private static final int MOST = 64;

  static TrustedProxies of(Config config) {
    String[] given = config.trustedProxies();
    Settings.VALUES.atMost("trustedProxies", given.length, MOST);
    List<IpNetwork> networks = new ArrayList<>();
    for (String text : given) {
      IpNetwork network = IpNetwork.parse(text.strip());
      if (network == null) {
        throw Settings.VALUES.refuseElement(
            "trustedProxies", text, "an IP address or a network such as 10.0.0.0/8");
      }
      networks.add(network);
    }
    return new TrustedProxies(List.copyOf(networks));
  }

  boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
