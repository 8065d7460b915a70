// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.io.IOException;
import java.time.Duration;

/** The least buffer that a channel may have is enough for every rule. */
class OneFrameChannelTest extends ChannelContract {
  @Override
  protected Running start() throws IOException {
    MemoryTransport transport = MemoryTransport.ofOneFrame(Duration.ofSeconds(5));
    return new Running(transport, transport::stop);
  }
}
