// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import org.chroniclesync.testkits.transport.ChannelContract;

class WebRtcChannelTest extends ChannelContract {
  @Override
  protected Running start() {
    return Pair.start(Pair.NEVER_MILLIS);
  }
}
