// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.TrafficKey;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.api.transport.ChannelBinding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an implementation that shares no code with ours made of {@code docs/protocol.md}. */
class Version2VectorsTest {
  private static final JsonNode ALL = read();
  private static final JsonNode ACCOUNT = ALL.get("account");

  private static JsonNode read() {
    try (InputStream in = Version2VectorsTest.class.getResourceAsStream("/v2-vectors.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> sessions() {
    return StreamSupport.stream(ALL.get("sessions").spliterator(), false);
  }

  static Stream<JsonNode> signals() {
    return StreamSupport.stream(ALL.get("signals").spliterator(), false);
  }

  private static byte[] bytes(JsonNode of, String name) {
    return HexFormat.of().parseHex(of.get(name).asText());
  }

  private static PeerId peer(JsonNode side) {
    return new PeerId(side.get("peerId").asText());
  }

  private static Ephemeral begin(JsonNode side) {
    return AccountSessions.begin(bytes(side, "nonce"), bytes(side, "privateKey"));
  }

  private static Account account() {
    return Vectors.account(ACCOUNT.get("accountId").asText());
  }

  @Test
  void theKeysOfTheAccount() {
    Account account = account();

    assertThat(RootKey.derive(account.id(), ACCOUNT.get("mnemonic").asText().getBytes(US_ASCII)))
        .isEqualTo(bytes(ACCOUNT, "accountKey"));
    assertThat(account.sessions().getEncoded()).isEqualTo(bytes(ACCOUNT, "sessionKey"));
    assertThat(account.signals().getEncoded()).isEqualTo(bytes(ACCOUNT, "signalKey"));
    assertThat(account.tags().getEncoded()).isEqualTo(bytes(ACCOUNT, "tagKey"));
  }

  @Test
  void theTagOfAText() {
    String purpose = ACCOUNT.get("tagPurpose").asText();
    String text = ACCOUNT.get("tagText").asText();

    assertThat(new AccountTags(account().tags()).of(purpose, text))
        .isEqualTo(bytes(ACCOUNT, "tag"));
    assertThat(new AccountTags(account().tags()).of(purpose + " and more", text))
        .isNotEqualTo(bytes(ACCOUNT, "tag"));
  }

  @Test
  void theKeyOfARule() {
    byte[] tag =
        new AccountTags(account().tags())
            .of("chroniclesync rule of the account", ACCOUNT.get("rule").asText());

    assertThat("rule/" + HexFormat.of().formatHex(tag)).isEqualTo(ACCOUNT.get("ruleKey").asText());
  }

  static Stream<JsonNode> proofs() {
    return StreamSupport.stream(ALL.get("proofs").spliterator(), false);
  }

  @Test
  void theRoomOfTheNodes() {
    SigningKey member = account().member();

    assertThat(member.publicKey()).isEqualTo(bytes(ACCOUNT, "roomPublicKey"));
    assertThat(new SigningKey(bytes(ACCOUNT, "roomPrivateKey")).publicKey())
        .isEqualTo(member.publicKey());
    assertThat(DeviceKeys.room(member.publicKey()).value())
        .isEqualTo(ACCOUNT.get("nodesRoom").asText());
  }

  @ParameterizedTest
  @MethodSource("proofs")
  void theProofs(JsonNode vector) {
    SigningKey device = new SigningKey(bytes(vector, "devicePrivateKey"));
    Credentials credentials = new AccountCredentials(device, account().member());
    RoomId room = new RoomId(vector.get("room").asText());
    JoinStatement statement =
        new JoinStatement(
            Base64.getUrlDecoder().decode(vector.get("nonce").asText()),
            vector.get("authority").asText(),
            room,
            peer(vector));
    JsonNode answer = vector.get("answer");

    assertThat(credentials.key()).isEqualTo(bytes(vector, "devicePublicKey"));
    assertThat(credentials.peer()).isEqualTo(peer(vector));
    assertThat(statement.ofDevice()).isEqualTo(bytes(vector, "deviceStatement"));
    assertThat(statement.ofMember()).isEqualTo(bytes(vector, "memberStatement"));
    assertThat(encode(credentials.sign(statement.ofDevice())))
        .isEqualTo(answer.get("signature").asText());
    byte[] member = credentials.signAsMember(room, statement.ofMember());
    assertThat(member == null ? null : encode(member)).isEqualTo(text(answer.get("member")));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    return node == null ? null : node.asText();
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void theHandshake(JsonNode vector) throws HandshakeException {
    JsonNode first = vector.get(vector.get("first").asText());
    JsonNode second = vector.get(vector.get("first").asText().equals("a") ? "b" : "a");
    byte[] transcript =
        AccountSessions.transcript(
            begin(first).share(),
            begin(second).share(),
            peer(first),
            peer(second),
            new ChannelBinding(bytes(vector, "binding")));

    for (JsonNode side : new JsonNode[] {first, second}) {
      byte[] share = begin(side).share();
      assertThat(Base64.getEncoder().encodeToString(share)).isEqualTo(side.get("share").asText());
      assertThat(share).endsWith(bytes(side, "publicKey"));
    }
    assertThat(transcript).isEqualTo(bytes(vector, "transcript"));
    assertThat(Digests.sha256(transcript)).isEqualTo(bytes(vector, "transcriptHash"));
    assertThat(AccountSessions.secret(bytes(first, "privateKey"), begin(second).share()))
        .isEqualTo(bytes(vector, "sharedSecret"));
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void theFrames(JsonNode vector) throws HandshakeException, EnvelopeException {
    for (AesGcm cipher : Vectors.ciphers()) {
      AccountSessions sessions = new AccountSessions(account().sessions(), cipher);
      SessionKeys a = agree(sessions, vector, "a", "b");
      SessionKeys b = agree(sessions, vector, "b", "a");
      boolean aFirst = vector.get("first").asText().equals("a");
      assertThat(a.first()).isEqualTo(aFirst);
      assertThat(b.first()).isEqualTo(!aFirst);

      check(sessions, vector.get("fromFirst"), aFirst ? a : b, aFirst ? b : a);
      check(sessions, vector.get("fromSecond"), aFirst ? b : a, aFirst ? a : b);
    }
  }

  private static SessionKeys agree(
      AccountSessions sessions, JsonNode vector, String self, String peer)
      throws HandshakeException {
    return sessions.agree(
        begin(vector.get(self)),
        begin(vector.get(peer)).share(),
        peer(vector.get(self)),
        peer(vector.get(peer)),
        new ChannelBinding(bytes(vector, "binding")));
  }

  private static void check(
      AccountSessions sessions, JsonNode direction, SessionKeys from, SessionKeys to)
      throws EnvelopeException {
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(from.sending().key()))
        .isEqualTo(direction.get("keys").get(0).asText());
    for (JsonNode frame : direction.get("frames")) {
      skip(from.sending(), frame.get("number").asLong());
      skip(to.receiving(), frame.get("number").asLong());
      byte[] plain = bytes(frame, "plaintext");
      byte header = (byte) frame.get("header").asInt();

      assertThat(sessions.seal(from, header, plain, 0, plain.length))
          .isEqualTo(bytes(frame, "frame"));
      assertThat(sessions.open(to, bytes(frame, "frame")))
          .satisfies(
              opened -> assertThat(opened.bytes()).isEqualTo(plain),
              opened -> assertThat(opened.more()).isEqualTo(header == 1));
    }
    assertThat(hex.formatHex(to.receiving().key()))
        .isEqualTo(direction.get("keys").get(1).asText());
  }

  private static void skip(TrafficKey key, long frames) {
    while (key.frames() < frames) {
      key.count();
    }
  }

  @ParameterizedTest
  @MethodSource("signals")
  void theSignals(JsonNode vector) throws EnvelopeException {
    PeerId from = new PeerId(vector.get("from").asText());
    PeerId to = new PeerId(vector.get("to").asText());
    byte[] signal = vector.get("signal").asText().getBytes(UTF_8);
    String sealed = vector.get("sealed").asText();
    for (AesGcm cipher : Vectors.ciphers()) {
      AccountSignals signals =
          new AccountSignals(account().signals(), cipher, account().id().room());

      assertThat(signals.open(sealed, from, to)).isEqualTo(signal);
      assertThat(signals.seal(bytes(vector, "iv"), signal, from, to)).isEqualTo(sealed);
    }
  }
}
