// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.Signalled;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.testkits.configuration.FreePort;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real service is updated: one stops, and another takes its place at the same port. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class TakeOverTest {
  private static final RoomId ROOM = new RoomId("room");
  private static final PeerId ANN = new PeerId("ann");
  private static final PeerId BOB = new PeerId("bob");
  private static final int RETURN_SECONDS = 2;

  private final List<WebSocketDiscovery> discoveries = new ArrayList<>();
  private final Events anns = new Events();
  private final Events bobs = new Events();

  @AfterEach
  void leave() {
    discoveries.forEach(WebSocketDiscovery::leave);
  }

  private Membership join(String url, Credentials who, RoomId room, Events events) {
    WebSocketDiscovery made = new WebSocketDiscovery(TestConfig.of(url, Map.of()));
    discoveries.add(made);
    return made.join(room, who, events);
  }

  @Test
  void signalsThatAreSentMeanwhileArrive() throws Exception {
    int port = FreePort.find();
    Membership ann;
    try (RealService old = new RealService(port, Map.of("returnSeconds", RETURN_SECONDS))) {
      ann = join(old.url(), Credentials.withoutKey(ANN), ROOM, anns);
      anns.state(DiscoveryState.Joined.class);
      join(old.url(), Credentials.withoutKey(BOB), ROOM, bobs);
      anns.next(PeerSeen.class, seen -> seen.peer().equals(BOB));
    }
    assertThat(anns.state(DiscoveryState.Waiting.class).why())
        .contains("is restarting; nothing needs to be done");
    try (RealService next = new RealService(port, Map.of())) {
      Signal signal = new Signal.Answer("after the move");
      // What is for somebody who is not back yet is dropped, as it always was.
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                ann.signal(BOB, signal);
                assertThat(bobs.rest()).contains(new Signalled(ANN, signal));
              });
      assertThat(next.port()).isEqualTo(port);
    }
  }

  @Test
  void noPeerIsCalledGoneWhileTheServiceStops() throws Exception {
    NodeCredentials node = NodeCredentials.create();
    try (RealService old = new RealService(0, Map.of("returnSeconds", 3_600))) {
      join(old.url(), node, node.room(), anns);
      anns.state(DiscoveryState.Joined.class);
      join(old.url(), node.another(), node.room(), bobs);
      anns.next(PeerSeen.class, seen -> true);
    }
    List<DiscoveryEvent> told = new ArrayList<>();
    anns.next(
        DiscoveryEvent.class,
        event -> {
          told.add(event);
          return event instanceof StateChanged changed
              && changed.state() instanceof DiscoveryState.Waiting;
        });
    assertThat(told).noneMatch(PeerGone.class::isInstance);
  }

  @Test
  void aServiceThatIsFullIsLeftAloneAsLongAsItSays() throws Exception {
    try (RealService service =
        new RealService(0, Map.of("connections", 1, "retryAfterSeconds", 600))) {
      // A node has joined only when the service says something, so it has the one place.
      NodeCredentials node = NodeCredentials.create();
      join(service.url(), node, node.room(), anns);
      anns.state(DiscoveryState.Joined.class);
      Instant before = Instant.now();
      join(service.url(), Credentials.withoutKey(BOB), ROOM, bobs);
      assertThat(bobs.state(DiscoveryState.Waiting.class).retryAt())
          .isAfterOrEqualTo(before.plusSeconds(600));
    }
  }
}
