// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import org.chroniclesync.testkits.transport.LinkContract;

class WebSocketLinkTest extends LinkContract {
  @Override
  protected Running start() {
    return Transports.start(Transports.SOME_MILLIS);
  }
}
