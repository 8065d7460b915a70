// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses in descriptions and of this machine. Nothing here asks a name service. */
final class Addresses {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

  private Addresses() {}

  /** Returns the address, or null if this is none: a name is never looked up for a peer. */
  static @Nullable InetAddress literal(String text) {
    boolean six = text.indexOf(':') >= 0 && V6.matcher(text).matches();
    if (!six && !V4.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Returns the address if somebody could be reached there, else null. */
  static @Nullable InetAddress reachable(String text) {
    InetAddress address = literal(text);
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
