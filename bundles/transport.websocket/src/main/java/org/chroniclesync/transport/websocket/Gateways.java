// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The router of this machine's network, over IPv4. Java does not tell. */
final class Gateways {
  /** Longest table that is read, in lines. */
  private static final int MAX_ROUTES = 1_000;

  private static final Path ROUTES = Path.of("/proc/net/route");
  private static final int HAS_GATEWAY = 2;

  private Gateways() {}

  /**
   * Finds it: on Linux in the table of the kernel, elsewhere the first address of the first private
   * network, which is what most routers at home have.
   */
  static Optional<InetAddress> first() throws IOException {
    return Files.isReadable(ROUTES) ? inTable(Files.readAllLines(ROUTES)) : guessed();
  }

  /** Returns that of the first default route. The table has numbers in the order of the machine. */
  static Optional<InetAddress> inTable(List<String> lines) throws IOException {
    for (String line : lines.subList(0, Math.min(lines.size(), MAX_ROUTES))) {
      String[] fields = line.trim().split("\\s+", -1);
      if (fields.length > 7 && fields[1].equals("00000000") && fields[7].equals("00000000")) {
        byte[] address = HexFormat.of().parseHex(fields[2]);
        if ((Integer.parseInt(fields[3], 16) & HAS_GATEWAY) != 0 && address.length == 4) {
          byte[] turned = {address[3], address[2], address[1], address[0]};
          return Optional.of(InetAddress.getByAddress(turned));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<InetAddress> guessed() throws IOException {
    try {
      for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
        for (InterfaceAddress each : one.getInterfaceAddresses()) {
          if (each.getAddress() instanceof Inet4Address own && own.isSiteLocalAddress()) {
            return Optional.of(firstOf(own, each.getNetworkPrefixLength()));
          }
        }
      }
      return Optional.empty();
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  private static InetAddress firstOf(Inet4Address own, int prefix) throws IOException {
    byte[] bytes = own.getAddress();
    for (int bit = Math.max(0, prefix); bit < 32; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    bytes[3] |= 1;
    return InetAddress.getByAddress(bytes);
  }
}
