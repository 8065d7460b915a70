// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Asks for a port before the framework starts, which tells nobody but its log that it got none. */
final class Port {
  private Port() {}

  static void requireFree(String host, int port) throws ExitException {
    InetAddress address = address(host);
    try (ServerSocket probe = new ServerSocket(port, 1, address)) {
      // Closed at once. Another process may still be faster, but then somebody starts two at a
      // time.
      assert probe.isBound();
    } catch (IOException e) {
      throw new ExitException(
          Exit.NOT_READY,
          "Port "
              + port
              + " of "
              + host
              + " cannot be opened: "
              + e.getMessage()
              + ". Stop the program that uses it, or choose another one with --port.");
    }
  }

  private static InetAddress address(String host) throws ExitException {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null) {
        return address;
      }
    } catch (UnknownHostException | SocketException e) {
      // Refused below, like an address of somebody else.
    }
    throw new ExitException(
        Exit.USAGE,
        "--host is " + host + ", which is not an address of this machine. 0.0.0.0 means all.");
  }
}
