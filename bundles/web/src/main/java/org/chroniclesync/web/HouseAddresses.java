// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.chroniclesync.support.network.HostName;

/** Where other devices of the house find this computer. Asks no name service. */
final class HouseAddresses {
  static final String LOOPBACK = "localhost";

  private static final int MAX_ADDRESSES = 16;

  /** An address that nobody has, by which the system says which of its own it would come from. */
  private static final byte[] ELSEWHERE = {(byte) 192, 0, 2, 1};

  private static final int ANY_PORT = 9;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private HouseAddresses() {}

  /** The addresses of this computer but loopback's, the one that leads on first. */
  static List<InetAddress> all() {
    Set<InetAddress> all = new LinkedHashSet<>();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(InetAddress.getByAddress(ELSEWHERE), ANY_PORT);
      all.add(socket.getLocalAddress());
    } catch (IOException | UncheckedIOException e) {
      // Without a way out there are those below.
      all.clear();
    }
    all.removeIf(HouseAddresses::isNone);
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !isNone(address))
          // Short addresses first: somebody may have to type one.
          .sorted((one, other) -> one.getAddress().length - other.getAddress().length)
          .forEach(all::add);
    } catch (IOException e) {
      return List.copyOf(all);
    }
    return all.stream().limit(MAX_ADDRESSES).toList();
  }

  private static boolean isNone(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress();
  }

  /** The names of this computer in the house, in lower case; the last is the one of loopback. */
  static List<String> names() {
    String first = HostName.ofThisComputer().strip().split("\\.", 2)[0].toLowerCase(Locale.ROOT);
    List<String> names = new ArrayList<>();
    if (NAME.matcher(first).matches() && !first.equals(LOOPBACK)) {
      names.add(first + ".local");
      names.add(first);
    }
    names.add(LOOPBACK);
    return names;
  }
}
