// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A line that leads nowhere since there is another address, long before its next ping is due. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class NewAddressTest {
  private static final RoomId ROOM = new RoomId("room");
  private static final Credentials ME = Credentials.withoutKey(new PeerId("me"));
  private static final Map<String, Object> SLOW = Map.of("pingIntervalMillis", 3_600_000L);

  @Test
  void isGivenUpForANewOne() throws Exception {
    AtomicBoolean leadsNowhere = new AtomicBoolean();
    Events events = new Events();
    try (TestService service =
        new TestService(
            0,
            (line, text) -> {
              if (!leadsNowhere.get()) {
                TestService.peers("ann").accept(line, text);
              }
            })) {
      Settings settings = Settings.of(TestConfig.of(service.url(), SLOW));
      Threads threads = new Threads();
      RoomMembership membership =
          new RoomMembership(
              settings,
              ROOM,
              ME,
              events,
              closed -> {},
              threads,
              new HttpConnector(settings, ROOM, ME.peer(), threads));
      membership.start();
      events.state(DiscoveryState.Joined.class);
      events.next(PeerSeen.class, seen -> true);
      service.line();
      leadsNowhere.set(true);

      membership.addressesGained();

      assertThat(events.state(DiscoveryState.Waiting.class).why()).contains("another network");
      leadsNowhere.set(false);
      events.state(DiscoveryState.Joined.class);
      service.line();
      membership.close();
      assertThat(threads.end(0)).isTrue();
    }
  }
}
