// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.testkits.transport.ChannelContract;

/** A channel keeps its rules also with the least buffer that there may be. */
class OneFrameChannelTest extends ChannelContract {
  private final MemoryNetwork network = new MemoryNetwork();

  @Override
  protected Running start() {
    network.buffer(1);
    MemoryTransport transport = network.transport();
    return new Running(transport, transport::close);
  }
}
