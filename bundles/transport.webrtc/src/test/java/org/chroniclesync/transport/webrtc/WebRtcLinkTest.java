// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import org.chroniclesync.testkits.transport.LinkContract;

class WebRtcLinkTest extends LinkContract {
  @Override
  protected Running start() {
    return Pair.start(Pair.SOME_MILLIS);
  }
}
