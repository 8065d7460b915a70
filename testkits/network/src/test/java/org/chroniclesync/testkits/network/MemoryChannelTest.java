// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.testkits.transport.ChannelContract;

class MemoryChannelTest extends ChannelContract {
  private final MemoryNetwork network = new MemoryNetwork();

  @Override
  protected Running start() {
    MemoryTransport transport = network.transport();
    return new Running(transport, transport::close);
  }
}
