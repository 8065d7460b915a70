// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** The one interface that a test may say something on. */
final class Loopback {
  static final Settings SETTINGS = new Settings(true, List.of(name()));

  private Loopback() {}

  private static String name() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(Loopback::isLoopback)
          .findFirst()
          .orElseThrow()
          .getName();
    } catch (SocketException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isLoopback(NetworkInterface one) {
    try {
      return one.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }
}
