// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Comparator;
import java.util.List;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/** Addresses in descriptions and of this machine. Nothing here asks a name service. */
final class Addresses {
  private Addresses() {}

  /** Returns the address if somebody could be reached there, else null. */
  static @Nullable InetAddress reachable(String text) {
    InetAddress address = IpLiteral.parse(text);
    return address == null || !isReachable(address) ? null : address;
  }

  private static boolean isReachable(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !address.isLinkLocalAddress();
  }

  /**
   * Returns the address without the name of a network of this machine, which means nothing there.
   */
  static String text(InetAddress address) {
    return address.getHostAddress().replaceFirst("%.*", "");
  }

  /**
   * Returns those of this machine, loopback last: it reaches a node of the same machine, even one
   * without any network.
   */
  static List<InetAddress> ofThisMachine() throws IOException {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(Addresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Addresses::isReachable)
          .sorted(Comparator.comparing(InetAddress::isLoopbackAddress))
          .limit(Description.MAX_CANDIDATES)
          .toList();
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (IOException e) {
      return false;
    }
  }
}
