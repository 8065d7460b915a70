// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a membership when something in it throws. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class FailingPartsTest {
  private static final RoomId ROOM = new RoomId("room");
  private static final Credentials ME = Credentials.withoutKey(new PeerId("me"));

  /** Fails as the JDK does when no thread can be made, so many times, and is the true one then. */
  private static final class Failing implements Connector {
    private final Connector then;
    private final AtomicInteger left;

    Failing(Connector then, int times) {
      this.then = then;
      this.left = new AtomicInteger(times);
    }

    @Override
    public CompletableFuture<WebSocket> connect(WebSocket.Listener listener)
        throws InterruptedException {
      if (left.getAndDecrement() > 0) {
        throw new OutOfMemoryError("unable to create native thread, says the test");
      }
      return then.connect(listener);
    }

    @Override
    public void close() {
      then.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anErrorWhileConnectingIsSaidAndTriedAgain(int times) throws Exception {
    Events events = new Events();
    try (TestService service = new TestService(0, TestService.peers("ann"))) {
      Settings settings = Settings.of(TestConfig.of(service.url(), Map.of()));
      Threads threads = new Threads();
      RoomMembership membership =
          new RoomMembership(
              settings,
              ROOM,
              ME,
              events,
              closed -> {},
              threads,
              new Failing(new HttpConnector(settings, ROOM, ME.peer(), threads), times));
      membership.start();
      events.state(DiscoveryState.Joining.class);
      for (int i = 0; i < times; i++) {
        assertThat(events.state(DiscoveryState.Waiting.class).why())
            .contains("OutOfMemoryError")
            .contains("log")
            .doesNotContain("says the test");
      }
      events.state(DiscoveryState.Joined.class);
      events.next(PeerSeen.class, seen -> true);

      membership.close();

      assertThat(threads.end(0)).isTrue();
    }
  }
}
