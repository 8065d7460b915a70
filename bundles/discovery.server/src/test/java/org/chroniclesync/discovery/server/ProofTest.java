// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.discovery.server.TestClient.Closed;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that cannot be taken, and places that ghosts cannot take. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class ProofTest {
  private static final String GET_PEERS = "{\"type\":\"get-peers\"}";
  private static final int GHOSTS = 32;
  private static final int IMPOSTORS = 50;
  private static final RoomId VERSION_1 = new RoomId("ab557zwo");

  private final NodeCredentials node = NodeCredentials.create();
  private final NodeCredentials stranger = NodeCredentials.create();
  private final List<TestClient> clients = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(Map.of());
  }

  @AfterEach
  void stop() {
    clients.forEach(TestClient::close);
    server.close();
  }

  @Test
  void nobodyTakesTheNameOfANode() throws Exception {
    TestClient honest = join(node, node.room());

    assertStatus(403, () -> new TestClient(server.room(node.room().value(), node.peer().value())));
    TestClient liar = open(node.peer(), node.room());
    liar.say(answer(stranger, statement(liar, node.peer(), node.room())));

    assertThat(liar.awaitClosed().code()).isEqualTo(CloseCode.UNPROVEN.code());
    assertThat(honest.heardNothing()).isTrue();
  }

  @Test
  void anAnswerIsGoodForOneConnection() throws Exception {
    TestClient honest = open(node.peer(), node.room());
    String answer = answer(node, statement(honest, node.peer(), node.room()));
    honest.say(answer);
    TestClient thief = open(node.peer(), node.room());
    statement(thief, node.peer(), node.room());
    thief.say(answer);

    assertThat(thief.awaitClosed().code()).isEqualTo(CloseCode.UNPROVEN.code());
    assertThat(honest.heardNothing()).isTrue();
  }

  @Test
  void anAnswerForAnotherServiceIsRefused() throws Exception {
    TestClient relayed = open(node.peer(), node.room());
    JoinStatement asked = statement(relayed, node.peer(), node.room());
    relayed.say(
        answer(
            node, new JoinStatement(asked.nonce(), "other.example", asked.room(), asked.peer())));

    assertThat(relayed.awaitClosed().code()).isEqualTo(CloseCode.UNPROVEN.code());
  }

  @Test
  void aServiceThatKnowsItsNameAnswersToNoOther() throws Exception {
    try (TestServer named =
        new TestServer(Map.of("authorities", new String[] {"Discovery.example.org"}))) {
      assertStatus(421, () -> new TestClient(named.room("r", "phone")));
    }
  }

  /** Who has its device key only, or another account's room key, is no member. */
  @Test
  void nobodyEntersTheNodesRoomWithoutItsKey() throws Exception {
    TestClient honest = join(node, node.room());
    TestClient guest = open(stranger.peer(), node.room());
    guest.say(answer(stranger, statement(guest, stranger.peer(), node.room())));

    assertThat(guest.awaitClosed().code()).isEqualTo(CloseCode.UNPROVEN.code());
    assertStatus(403, () -> new TestClient(proving(new PeerId("phone"), node.room())));
    assertThat(honest.heardNothing()).isTrue();
  }

  @Test
  void aNodeThatComesAgainReplacesItselfAtOnce() throws Exception {
    TestClient before = join(node, node.room());
    TestClient now = join(node, node.room());

    assertThat(before.awaitClosed().code()).isEqualTo(CloseCode.REPLACED.code());
    assertThat(now.heardNothing()).isTrue();
  }

  @Test
  void nothingButTheAnswerIsTakenBefore() throws Exception {
    TestClient other = join(node.another(), node.room());
    TestClient early = open(node.peer(), node.room());
    statement(early, node.peer(), node.room());
    early.say(GET_PEERS);
    early.say(
        "{\"type\":\"signal\",\"targetId\":\"%s\",\"signal\":{}}"
            .formatted(stranger.peer().value()));

    Closed closed = early.awaitClosed();
    assertThat(closed.code()).isEqualTo(CloseCode.UNPROVEN.code());
    assertThat(other.heardNothing()).isTrue();
  }

  @Test
  void whoProvesNothingIsSentAway() throws Exception {
    try (TestServer impatient = new TestServer(Map.of("handshakeMillis", 3_000L));
        TestClient silent = new TestClient(proving(impatient, node.peer(), node.room()))) {
      assertThat(silent.awaitClosed().code()).isEqualTo(CloseCode.LATE.code());
    }
  }

  @Test
  void ghostsDoNotTakeThePlacesOfNodes() throws Exception {
    for (int i = 0; i < GHOSTS; i++) {
      clients.add(TestClient.joined(server, VERSION_1.value(), "ghost" + i));
    }
    assertStatus(429, () -> new TestClient(server.room(VERSION_1.value(), "one-more")));

    TestClient honest = join(node, VERSION_1);

    honest.say(GET_PEERS);
    assertThat(honest.next()).contains("ghost0", "ghost31");
    honest.say("{\"type\":\"signal\",\"targetId\":\"ghost31\",\"signal\":{\"type\":\"offer\"}}");
    assertThat(clients.get(GHOSTS - 1).next()).contains(node.peer().value());
  }

  /** In either room: those who did not prove the name are no members, and nobody hears of them. */
  @Test
  void fiftyWhoTryToTakeTheNameOfANodeChangeNothing() throws Exception {
    NodeCredentials another = node.another();
    for (RoomId room : List.of(node.room(), VERSION_1)) {
      TestClient other = join(another, room);
      TestClient honest = join(node, room);
      other.hears("{\"type\":\"peer-joined\",\"peerId\":\"%s\"}".formatted(node.peer().value()));
      for (int i = 0; i < IMPOSTORS; i++) {
        TestClient liar = open(node.peer(), room);
        liar.say(answer(stranger, statement(liar, node.peer(), room)));
        assertThat(liar.awaitClosed().code()).isEqualTo(CloseCode.UNPROVEN.code());
      }
      assertThat(other.heardNothing()).isTrue();
      other.say(signalTo(node.peer()));
      assertThat(honest.next()).contains(another.peer().value());
    }
  }

  /**
   * A name without a key is whoever came last; the others in the room see one peer all the time.
   */
  @Test
  void aNameWithoutAKeyThatFiftyTookIsBackWhenItsOwnerIs() throws Exception {
    PeerId phone = new PeerId("phone");
    TestClient other = join(node, VERSION_1);
    TestClient before = TestClient.joined(server, VERSION_1.value(), phone.value());
    other.hears("{\"type\":\"peer-joined\",\"peerId\":\"phone\"}");
    TestClient last = before;
    for (int i = 0; i < IMPOSTORS; i++) {
      TestClient impostor = TestClient.joined(server, VERSION_1.value(), phone.value());
      clients.add(impostor);
      assertThat(last.awaitClosed().code()).isEqualTo(CloseCode.REPLACED.code());
      last = impostor;
    }

    TestClient back = TestClient.joined(server, VERSION_1.value(), phone.value());
    clients.add(back);

    assertThat(last.awaitClosed().code()).isEqualTo(CloseCode.REPLACED.code());
    assertThat(other.heardNothing()).isTrue();
    other.say(signalTo(phone));
    assertThat(back.next()).contains(node.peer().value());
    other.say(GET_PEERS);
    other.hears("{\"type\":\"peers\",\"peers\":[\"phone\"]}");
  }

  private static String signalTo(PeerId peer) {
    return "{\"type\":\"signal\",\"targetId\":\"%s\",\"signal\":{\"type\":\"offer\"}}"
        .formatted(peer.value());
  }

  private URI proving(PeerId peer, RoomId room) {
    return proving(server, peer, room);
  }

  private static URI proving(TestServer at, PeerId peer, RoomId room) {
    return URI.create(at.room(room.value(), peer.value()) + "&proof=1");
  }

  private TestClient open(PeerId peer, RoomId room) throws InterruptedException {
    TestClient made = new TestClient(proving(peer, room));
    clients.add(made);
    return made;
  }

  private TestClient join(NodeCredentials who, RoomId room) throws Exception {
    TestClient made = open(who.peer(), room);
    made.say(answer(who, statement(made, who.peer(), room)));
    assertThat(made.heardNothing()).isTrue();
    return made;
  }

  /** Reads the challenge. */
  private JoinStatement statement(TestClient client, PeerId peer, RoomId room) throws Exception {
    return new JoinStatement(nonce(client), "127.0.0.1:" + server.port(), room, peer);
  }

  static byte[] nonce(TestClient client) throws InterruptedException {
    String challenge = Objects.requireNonNull(client.next());
    assertThat(challenge).startsWith("{\"type\":\"challenge\",\"nonce\":\"");
    return Base64.getUrlDecoder().decode(challenge.split("\"")[7]);
  }

  static String answer(Credentials by, JoinStatement statement) {
    byte[] member = by.signAsMember(statement.room(), statement.ofMember());
    String proof = member == null ? "" : ",\"member\":\"" + encode(member) + "\"";
    return "{\"type\":\"join\",\"key\":\"%s\",\"signature\":\"%s\"%s}"
        .formatted(encode(by.key()), encode(by.sign(statement.ofDevice())), proof);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void assertStatus(
      int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable connecting) {
    assertThatThrownBy(connecting)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(status));
  }
}
