// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;

/** What a person is told. */
final class Words {
  static final String UNSIGNED =
      "The local network is not used now, because no crypto service is there; see status.";

  private static final String OR_ELSE =
      " In a container, give it the network of its host. To do without, set enabled=false of "
          + MdnsComponent.PID
          + " and use a discovery service.";

  private Words() {}

  static String nowhere(Settings settings) {
    return settings.interfaces().isEmpty()
        ? "This computer is in no network in which devices could find each other (one that carries"
            + " multicast)."
            + OR_ELSE
        : "None of the interfaces "
            + settings.interfaces()
            + " (interfaces of "
            + MdnsComponent.PID
            + ") is up and carries multicast.";
  }

  static String shut(IOException why) {
    return "The local network cannot be listened to ("
        + why.getMessage()
        + "). Another program may keep port 5353 to itself."
        + OR_ELSE;
  }

  static String closed(IOException why) {
    return "No port can be opened for devices on the local network (" + why.getMessage() + ").";
  }

  static String failed(Throwable thrown) {
    return "The local network failed (" + thrown + "); it is tried again.";
  }
}
