// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.time.Duration;
import org.chroniclesync.testkits.transport.LinkContract;

class MemoryLinkTest extends LinkContract {
  private final MemoryNetwork network = new MemoryNetwork();

  @Override
  protected Running start() {
    network.patience(Duration.ofSeconds(5));
    MemoryTransport transport = network.transport();
    return new Running(transport, transport::close);
  }
}
