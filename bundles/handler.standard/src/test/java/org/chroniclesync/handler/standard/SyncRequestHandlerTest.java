// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;

class SyncRequestHandlerTest extends MessageHandlerContract {
  private static final FeedId FEED = new FeedId("feed");

  @Override
  protected Provided provide() {
    return new Provided(
        new SyncRequestHandler(),
        Set.of(Payload.SyncRequest.TYPE),
        List.of(
            new Payload.SyncRequest(OptionalLong.empty(), null),
            new Payload.SyncRequest(OptionalLong.of(1), new FeedPosition(FEED, 1))));
  }
}
