// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;

class SyncResponseHandlerTest extends MessageHandlerContract {
  private static final FeedId FEED = new FeedId("feed");

  @Override
  protected Provided provide() {
    return new Provided(
        new SyncResponseHandler(),
        Set.of(Payload.SyncResponse.TYPE),
        List.of(
            new Payload.SyncResponse(List.of(), null, 1),
            new Payload.SyncResponse(List.of(), new Segment(FEED, 0, 1, 2), 0)));
  }
}
