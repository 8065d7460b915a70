// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import org.chroniclesync.testkits.discovery.RoomContract;

/** The rules of a discovery, on the loopback interface. */
class LocalRoomTest extends RoomContract {
  @Override
  protected Provided provide() {
    MdnsDiscovery discovery = new MdnsDiscovery(Loopback.SETTINGS, new SteppedClock());
    return new Provided(discovery, discovery::leave);
  }
}
