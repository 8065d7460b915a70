// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.testkits.discovery.RoomContract;

class MemoryRoomTest extends RoomContract {
  private final MemoryNetwork network = new MemoryNetwork();

  @Override
  protected Provided provide() {
    MemoryDiscovery discovery = network.discovery();
    return new Provided(discovery, discovery);
  }
}
