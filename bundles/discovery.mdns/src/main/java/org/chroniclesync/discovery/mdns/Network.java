// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that this computer is in.
 *
 * @param name of the interface
 * @param index of the interface
 * @param by the interface
 * @param ranges the addresses that this computer has there, with the lengths of their prefixes
 */
record Network(String name, int index, NetworkInterface by, List<Range> ranges) {
  private static final Logger LOG = LoggerFactory.getLogger(Network.class);

  /** Networks that are used at once; systems have bounds for the groups of a socket. */
  private static final int MAX_NETWORKS = 16;

  private static final int MAX_ADDRESSES = 32;

  /** An address of this computer. */
  record Range(InetAddress address, int prefix) {
    boolean contains(InetAddress other) {
      byte[] own = address.getAddress();
      byte[] theirs = other.getAddress();
      if (own.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < prefix; bit++) {
        int mask = 0x80 >>> bit % Byte.SIZE;
        if (((own[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Looks which networks there are now. */
  static List<Network> now(List<String> wanted) {
    List<Network> networks = new ArrayList<>();
    try {
      for (NetworkInterface by : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        Network network = networks.size() < MAX_NETWORKS ? of(by, wanted) : null;
        if (network != null) {
          networks.add(network);
        }
      }
    } catch (SocketException e) {
      LOG.debug("no interfaces", e); // none are up, says Java by this, too
    }
    return networks;
  }

  private static @Nullable Network of(NetworkInterface by, List<String> wanted) {
    try {
      boolean fits =
          wanted.isEmpty()
              ? by.supportsMulticast() && !by.isLoopback() && !by.isPointToPoint()
              : wanted.contains(by.getName());
      return fits && by.isUp() ? of(by) : null;
    } catch (SocketException e) {
      LOG.debug("the interface {} has just gone", by.getName(), e);
      return null;
    }
  }

  private static @Nullable Network of(NetworkInterface by) {
    List<Range> ranges = new ArrayList<>();
    for (InterfaceAddress one : by.getInterfaceAddresses()) {
      if (one != null && ranges.size() < MAX_ADDRESSES) {
        ranges.add(new Range(one.getAddress(), one.getNetworkPrefixLength()));
      }
    }
    return ranges.isEmpty() ? null : new Network(by.getName(), by.getIndex(), by, ranges);
  }

  /** Tells whether an address is one of this network, and not beyond a router. */
  boolean contains(InetAddress address) {
    if (address instanceof Inet6Address six && six.isLinkLocalAddress()) {
      return six.getScopeId() == index;
    }
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  /** The address to be found at by one of its family; a link-local one of IPv6 if there is one. */
  @Nullable InetAddress address(boolean four) {
    InetAddress found = null;
    for (Range range : ranges) {
      boolean fits = four == range.address() instanceof Inet4Address;
      if (fits && (found == null || (!four && range.address().isLinkLocalAddress()))) {
        found = range.address();
      }
    }
    return found;
  }
}
