// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The networks that this node is in itself.
 *
 * @param subnets of its interfaces that are up; empty if they cannot be asked
 */
record LocalNetwork(List<Subnet> subnets) {
  /**
   * An address of this node and what is beside it.
   *
   * @param address the node's own
   * @param prefixBits how many bits all addresses of the subnet share
   * @param broadcast the address that means all of them, or null
   */
  record Subnet(InetAddress address, int prefixBits, @Nullable InetAddress broadcast) {
    /** An interface may say that half the internet is beside it; a home is never larger. */
    private static final int LEAST_BITS_V4 = 16;

    private static final int LEAST_BITS_V6 = 48;

    boolean contains(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] theirs = other.getAddress();
      if (mine.length != theirs.length) {
        return false;
      }
      int bits = Math.max(prefixBits, mine.length == 4 ? LEAST_BITS_V4 : LEAST_BITS_V6);
      for (int i = 0; i < bits && i < mine.length * 8; i++) {
        int mask = 0x80 >> (i % 8);
        if (((mine[i / 8] ^ theirs[i / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  LocalNetwork {
    subnets = List.copyOf(subnets);
  }

  /** Asks the operating system. */
  static LocalNetwork now() {
    List<Subnet> found = new ArrayList<>();
    try {
      for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
        if (one.isUp()) {
          one.getInterfaceAddresses().forEach(address -> found.add(subnet(address)));
        }
      }
    } catch (SocketException e) {
      // Then nothing counts as beside us.
      found.clear();
    }
    return new LocalNetwork(found);
  }

  private static Subnet subnet(InterfaceAddress of) {
    return new Subnet(of.getAddress(), of.getNetworkPrefixLength(), of.getBroadcast());
  }

  /** Whether an address is one of the node's own subnets, loopback not counted. */
  boolean isBeside(InetAddress address) {
    return subnets.stream()
        .anyMatch(subnet -> !subnet.address().isLoopbackAddress() && subnet.contains(address));
  }

  boolean isBroadcast(InetAddress address) {
    return subnets.stream().anyMatch(subnet -> address.equals(subnet.broadcast()));
  }

  /** Whether this machine is in no network, as in a test of nodes on one machine. */
  boolean isAlone() {
    return !subnets.isEmpty()
        && subnets.stream().allMatch(subnet -> subnet.address().isLoopbackAddress());
  }
}
