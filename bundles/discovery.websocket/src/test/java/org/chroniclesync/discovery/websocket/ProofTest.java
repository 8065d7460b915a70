// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.Signalled;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.java_websocket.WebSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a node proves its name to a service that asks for it, and gets on with one that does not. */
@Timeout(600)
class ProofTest {
  private static final byte[] NONCE = new byte[JoinStatement.NONCE_BYTES];
  private static final String CHALLENGE =
      "{\"type\":\"challenge\",\"nonce\":\""
          + Base64.getUrlEncoder().withoutPadding().encodeToString(NONCE)
          + "\"}";
  private static final Pattern JOIN =
      Pattern.compile(
          "\\{\"type\":\"join\",\"key\":\"([^\"]*)\",\"signature\":\"([^\"]*)\""
              + "(?:,\"member\":\"([^\"]*)\")?}");
  private static final PeerId PHONE = new PeerId("phone");

  private final NodeCredentials node = NodeCredentials.create();
  private final Events events = new Events();

  private static WebSocketDiscovery discovery(String url) {
    return new WebSocketDiscovery(
        TestConfig.of(url, Map.of("retryBaseMillis", 1L, "retryMaxMillis", 50L)));
  }

  /** Lets somebody in when it has answered, and says who is there. */
  private static BiConsumer<WebSocket, String> asking() {
    BiConsumer<WebSocket, String> honest = TestService.peers("phone");
    AtomicBoolean answered = new AtomicBoolean();
    return (line, text) -> {
      if (text.contains("\"join\"")) {
        answered.set(true);
      } else if (answered.get()) {
        honest.accept(line, text);
      } else {
        line.send(CHALLENGE);
      }
    };
  }

  @Test
  void answersAChallengeForTheServiceThatItDialled() throws Exception {
    try (TestService service = new TestService(0, asking());
        Membership membership = discovery(service.url()).join(node.room(), node, events)) {
      events.state(DiscoveryState.Joining.class);
      events.state(DiscoveryState.Joined.class);
      assertThat(membership.trickles()).isTrue();
      assertThat(service.line().<String>getAttachment()).endsWith("&proof=1");
      assertThat(service.heard()).contains("get-peers");
      Matcher answer = JOIN.matcher(service.heard());
      assertThat(answer.matches()).isTrue();

      JoinStatement asked =
          new JoinStatement(
              NONCE, service.url().substring("ws://".length()), node.room(), node.peer());
      assertThat(
              DeviceKeys.isSignedBy(
                  node.peer(), decode(answer.group(1)), asked.ofDevice(), decode(answer.group(2))))
          .isTrue();
      assertThat(DeviceKeys.isSignedBy(node.room(), asked.ofMember(), decode(answer.group(3))))
          .isTrue();
      events.next(PeerSeen.class, seen -> seen.peer().equals(PHONE));
    }
  }

  @Test
  void aServiceThatAsksForNothingIsJoined() throws Exception {
    try (TestService service = new TestService(0, TestService.peers("phone"));
        Membership membership = discovery(service.url()).join(node.room(), node, events)) {
      events.state(DiscoveryState.Joining.class);
      events.state(DiscoveryState.Joined.class);
      assertThat(events.next()).isEqualTo(new PeerSeen(PHONE));
      assertThat(service.heard()).contains("get-peers");
      membership.signal(PHONE, new Signal.Answer("a"));
      assertThat(service.heard()).contains("\"signal\"");
    }
  }

  /** Else a service would have a signature of whatever it likes. */
  @Test
  void signsOnceALine() throws Exception {
    try (TestService service = new TestService(0, (line, text) -> line.send(CHALLENGE));
        Membership membership = discovery(service.url()).join(node.room(), node, events)) {
      WebSocket line = service.line();
      assertThat(service.heard()).contains("get-peers");
      assertThat(service.heard()).contains("\"join\"");
      assertThat(service.heard()).contains("get-peers");
      line.send(CHALLENGE);
      line.send("{\"type\":\"peers\",\"peers\":[]}");
      events.state(DiscoveryState.Joining.class);
      events.state(DiscoveryState.Joined.class);
      line.send(CHALLENGE);
      membership.signal(PHONE, new Signal.Answer("a"));
      assertThat(service.heard()).contains("\"signal\"");
    }
  }

  @Test
  void signalsWaitUntilTheNameIsProved() throws Exception {
    try (TestService service = new TestService(0, (line, text) -> {});
        Membership membership = discovery(service.url()).join(node.room(), node, events)) {
      WebSocket line = service.line();
      membership.signal(PHONE, new Signal.Answer("a"));
      assertThat(service.heard()).contains("get-peers");
      line.send(CHALLENGE);
      assertThat(service.heard()).contains("\"join\"");
      assertThat(service.heard()).contains("get-peers");
      line.send("{\"type\":\"peers\",\"peers\":[]}");
      assertThat(service.heard()).contains("\"signal\"");
    }
  }

  @Test
  void whileNobodyCanSignItIsTriedAgain() throws Exception {
    AtomicBoolean there = new AtomicBoolean();
    Credentials away =
        new Credentials() {
          @Override
          public PeerId peer() {
            return node.peer();
          }

          @Override
          public byte[] key() {
            return node.key();
          }

          @Override
          public byte[] sign(byte[] statement) {
            if (!there.get()) {
              throw new IllegalStateException("no crypto service, as the test wants");
            }
            return node.sign(statement);
          }

          @Override
          public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
            return node.signAsMember(room, statement);
          }
        };
    try (RealService service = new RealService();
        Membership membership = discovery(service.url()).join(node.room(), away, events)) {
      events.state(DiscoveryState.Joining.class);
      assertThat(events.state(DiscoveryState.Waiting.class).why()).contains("crypto service");
      there.set(true);
      events.state(DiscoveryState.Joined.class);
      assertThat(membership.trickles()).isTrue();
    }
  }

  @Test
  void aNodeKeepsItsNameWhileSomebodyElseTriesIt() throws Exception {
    NodeCredentials friend = node.another();
    Events friends = new Events();
    Events thiefs = new Events();
    Credentials thief =
        new Credentials() {
          @Override
          public PeerId peer() {
            return node.peer();
          }

          @Override
          public byte[] key() {
            return friend.key();
          }

          @Override
          public byte[] sign(byte[] statement) {
            return friend.sign(statement);
          }

          @Override
          public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
            return friend.signAsMember(room, statement);
          }
        };
    try (RealService service = new RealService();
        Membership honest = discovery(service.url()).join(node.room(), node, events);
        Membership other = discovery(service.url()).join(node.room(), friend, friends)) {
      friends.next(PeerSeen.class, seen -> seen.peer().equals(node.peer()));
      try (Membership stolen = discovery(service.url()).join(node.room(), thief, thiefs)) {
        thiefs.state(DiscoveryState.Joining.class);
        for (int i = 0; i < 3; i++) {
          assertThat(thiefs.state(DiscoveryState.Refused.class).why()).contains("proof");
        }
        assertThat(stolen.trickles()).isTrue();
      }
      other.signal(node.peer(), new Signal.Answer("for the honest one"));
      events.next(
          Signalled.class, told -> told.signal().equals(new Signal.Answer("for the honest one")));
      assertThat(honest.trickles()).isTrue();
    }
    assertThat(events.rest().toString()).doesNotContain("Waiting");
  }

  @Test
  void whoLosesItsNameToAStrangerIsNotBlamed() throws Exception {
    try (TestService service = new TestService(0, (line, text) -> line.close(4001, "replaced"));
        Membership membership = discovery(service.url()).join(node.room(), node, events)) {
      events.state(DiscoveryState.Joining.class);
      assertThat(events.state(DiscoveryState.Waiting.class).why())
          .contains("Somebody joined under the name of this device", "asks for no proof")
          .doesNotContain("Give each device");
      assertThat(membership.trickles()).isTrue();
    }
  }

  private static byte[] decode(String base64) {
    return Base64.getUrlDecoder().decode(base64);
  }
}
