// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.junit.jupiter.api.Nested;

/** Each standard handler keeps the rules of a handler. */
class StandardHandlersTest {
  private static final FeedId FEED = new FeedId("feed");
  private static final Hello HELLO = new Hello(1, FEED);
  private static final Device DEVICE =
      new Device(new DeviceId("device"), "Linux", "agent", "Browser", "1");

  private abstract static class Contract extends MessageHandlerContract {
    private final Supplier<MessageHandler> handler;
    private final List<Payload> good;

    Contract(Supplier<MessageHandler> handler, Payload... good) {
      this.handler = handler;
      this.good = List.of(good);
    }

    @Override
    protected Provided provide() {
      return new Provided(handler.get(), Set.of(good.get(0).type()), good);
    }
  }

  @Nested
  class OfPing extends Contract {
    OfPing() {
      super(PingHandler::new, new Payload.Ping(1, null), new Payload.Ping(2, HELLO));
    }
  }

  @Nested
  class OfPong extends Contract {
    OfPong() {
      super(PongHandler::new, new Payload.Pong(1, null), new Payload.Pong(2, HELLO));
    }
  }

  @Nested
  class OfDevice extends Contract {
    OfDevice() {
      super(DeviceHandler::new, new Payload.DeviceInfo(DEVICE));
    }
  }

  @Nested
  class OfHistory extends Contract {
    OfHistory() {
      super(
          HistoryHandler::new,
          new Payload.History(List.of(), null, 1),
          new Payload.History(List.of(), new Segment(FEED, 0, 1, 2), 0));
    }
  }

  @Nested
  class OfSyncRequest extends Contract {
    OfSyncRequest() {
      super(
          SyncRequestHandler::new,
          new Payload.SyncRequest(OptionalLong.empty(), null),
          new Payload.SyncRequest(OptionalLong.of(1), new FeedPosition(FEED, 1)));
    }
  }

  @Nested
  class OfSyncResponse extends Contract {
    OfSyncResponse() {
      super(
          SyncResponseHandler::new,
          new Payload.SyncResponse(List.of(), null, 1),
          new Payload.SyncResponse(List.of(), new Segment(FEED, 0, 1, 2), 0));
    }
  }
}
