// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.time.Duration;
import org.chroniclesync.testkits.transport.ChannelContract;

/** A channel keeps its rules also while frames are on their way. */
class SlowChannelTest extends ChannelContract {
  private final MemoryNetwork network = new MemoryNetwork();

  @Override
  protected Running start() {
    network.delay(Duration.ZERO, Duration.ofMillis(2));
    MemoryTransport transport = network.transport();
    return new Running(transport, transport::close);
  }
}
