// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;

class PingHandlerTest extends MessageHandlerContract {
  @Override
  protected Provided provide() {
    return new Provided(
        new PingHandler(),
        Set.of(Payload.Ping.TYPE),
        List.of(new Payload.Ping(1, null), new Payload.Ping(2, new Hello(1, new FeedId("feed")))));
  }
}
