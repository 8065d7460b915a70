// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What another address of this device may mean for a line to the service, and for the lack of one.
 */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class NewAddressTest {
  private static final RoomId ROOM = new RoomId("room");
  private static final Credentials ME = Credentials.withoutKey(new PeerId("me"));
  private static final Map<String, Object> SLOW = Map.of("pingIntervalMillis", 3_600_000L);
  private static final Map<String, Object> PATIENT =
      Map.of("retryBaseMillis", 60_000L, "retryMaxMillis", 3_600_000L);

  @Test
  void aLineThatLeadsNowhereIsGivenUpLongBeforeItsNextPing() throws Exception {
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
      RoomMembership membership = membership(service.url(), events, SLOW);
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
    }
  }

  @Test
  void aServiceThatWasOutOfReachIsTriedAtOnce() throws Exception {
    int port = FreePort.find();
    Events events = new Events();
    RoomMembership membership = membership("ws://127.0.0.1:" + port, events, PATIENT);
    events.state(DiscoveryState.Waiting.class);
    try (TestService service = new TestService(port, TestService.peers("ann"))) {
      // An attempt may be under way just then, and fail: it began before the service was there.
      do {
        membership.addressesGained();
      } while (!isJoined(events.next()));
      service.line();
      membership.close();
    }
  }

  @Test
  void aServiceThatSaidWhenToComeBackIsLeftAloneUntilThen() throws Exception {
    Events events = new Events();
    try (TestService service =
        new TestService(
            0, (line, text) -> line.close(1001, "The service is stopping. Retry-After: 3600"))) {
      RoomMembership membership = membership(service.url(), events, SLOW);
      service.line();
      events.state(DiscoveryState.Waiting.class);

      for (int i = 0; i < 100; i++) {
        membership.addressesGained();
      }
      membership.close();

      assertThat(service.opened).isEmpty();
    }
  }

  private static boolean isJoined(DiscoveryEvent event) {
    return event instanceof StateChanged changed
        && changed.state() instanceof DiscoveryState.Joined;
  }

  private static RoomMembership membership(
      String url, Events events, Map<String, Object> configuration) {
    Settings settings = Settings.of(TestConfig.of(url, configuration));
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
    return membership;
  }
}
