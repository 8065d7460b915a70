// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import org.chroniclesync.testkits.transport.ChannelContract;

class WebSocketChannelTest extends ChannelContract {
  @Override
  protected Running start() {
    return Transports.start(Transports.NEVER_MILLIS);
  }
}
