// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an implementation that shares no code with ours made of {@code docs/protocol.md}. */
class VectorsTest {
  private static final JsonNode ALL = read();
  private static final JsonNode AGREEMENT = ALL.get("handshake");
  private static final RoomId ROOM = new RoomId(ALL.get("room").asText());

  private final HourSecret hour = HourSecret.of(ROOM, new Member(), ALL.get("hour").asLong());
  private final String instance = ALL.get("instance").asText();

  private static JsonNode read() {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/local-network-vectors.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(JsonNode of, String name) {
    return HexFormat.of().parseHex(of.get(name).asText());
  }

  @Test
  void theNamesOfAnHourAreTheirs() {
    int port = ALL.get("port").asInt();
    String label = ALL.get("label").asText();

    assertThat(hour.service()).isEqualTo(ALL.get("service").asText());
    assertThat(hour.label(instance, port)).isEqualTo(label);
    assertThat(hour.isLabel(label, port)).isTrue();
    assertThat(hour.isLabel(label, port + 1)).isFalse();
  }

  @Test
  void theNamesInARoomWithoutAKeyAreTheirs() {
    JsonNode expected = ALL.get("withoutKey");
    RoomId room = new RoomId(expected.get("room").asText());

    HourSecret byName = HourSecret.of(room, new Member(), ALL.get("hour").asLong());

    assertThat(byName.service()).isEqualTo(expected.get("service").asText());
  }

  @Test
  void bothMessagesAndAllKeysOfAHandshakeAreTheirs() throws Exception {
    Handshake handshake = new Handshake(hour, instance, drawn("initiator"));
    Handshake.Drawn answering = drawn("responder");
    byte[] first = bytes(AGREEMENT, "first");
    byte[] second = bytes(AGREEMENT, "second");

    Handshake.Answer answer =
        requireNonNull(Handshake.answer(hour, instance, first, () -> answering));
    Handshake.Agreed agreed = requireNonNull(handshake.finish(second));

    assertThat(handshake.first()).isEqualTo(first);
    assertThat(answer.message()).isEqualTo(second);
    assertThat(agreed.hash()).isEqualTo(bytes(AGREEMENT, "hash"));
    assertThat(answer.agreed().hash()).isEqualTo(agreed.hash());
    assertThat(agreed.sending()).isEqualTo(bytes(AGREEMENT, "keyOfInitiator"));
    assertThat(answer.agreed().receiving()).isEqualTo(agreed.sending());
    assertThat(answer.agreed().sending()).isEqualTo(bytes(AGREEMENT, "keyOfResponder"));
    assertThat(agreed.receiving()).isEqualTo(answer.agreed().sending());
  }

  @Test
  void everyFrameIsTheirsAndIsUnderstood() {
    for (JsonNode frame : ALL.get("frames")) {
      byte[] content = bytes(frame, "content");
      byte[] sent = bytes(frame, "frame");
      byte[] length = Arrays.copyOf(sent, Integer.BYTES);
      byte[] sealed = Arrays.copyOfRange(sent, Integer.BYTES, sent.length);
      boolean ofInitiator = frame.get("from").asText().equals("initiator");
      byte[] key = bytes(AGREEMENT, ofInitiator ? "keyOfInitiator" : "keyOfResponder");
      long number = frame.get("number").asLong();

      assertThat(ByteBuffer.wrap(length).getInt()).isEqualTo(sealed.length);
      assertThat(Crypto.seal(key, number, length, content)).isEqualTo(sealed);
      assertThat(Crypto.open(key, number, length, sealed)).isEqualTo(content);
      assertThat(isUnderstood(content, ofInitiator)).as(frame.toString()).isTrue();
    }
  }

  private static boolean isUnderstood(byte[] content, boolean ofInitiator) {
    ByteBuffer frame = ByteBuffer.wrap(content);
    byte kind = frame.get();
    return switch (kind) {
      case Frame.INTRODUCTION -> {
        Introduction introduction =
            Introduction.read(frame, ROOM, bytes(AGREEMENT, "hash"), ofInitiator);
        yield introduction != null
            && introduction.peer().value().equals(ALL.get("peerId").asText());
      }
      case Frame.PING, Frame.PONG -> !frame.hasRemaining();
      default -> Frame.signal(kind, frame) != null;
    };
  }

  private static Handshake.Drawn drawn(String side) throws GeneralSecurityException {
    JsonNode own = AGREEMENT.get(side);
    byte[] publicKey = bytes(own, "publicKey");
    for (int i = 0; i < publicKey.length / 2; i++) {
      byte low = publicKey[i];
      publicKey[i] = publicKey[publicKey.length - 1 - i];
      publicKey[publicKey.length - 1 - i] = low;
    }
    KeyFactory keys = KeyFactory.getInstance("X25519");
    return new Handshake.Drawn(
        bytes(own, "nonce"),
        new KeyPair(
            keys.generatePublic(
                new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, publicKey))),
            keys.generatePrivate(
                new XECPrivateKeySpec(NamedParameterSpec.X25519, bytes(own, "privateKey")))));
  }

  /** Has the key of the room, and of no other. */
  private static final class Member implements Credentials {
    @Override
    public PeerId peer() {
      return new PeerId(ALL.get("peerId").asText());
    }

    @Override
    public byte[] key() {
      throw new AssertionError("the names of an hour tell nothing of a device");
    }

    @Override
    public byte[] sign(byte[] statement) {
      throw new AssertionError("the names of an hour tell nothing of a device");
    }

    @Override
    public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
      if (!room.equals(ROOM)) {
        return null;
      }
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(
            KeyFactory.getInstance("Ed25519")
                .generatePrivate(
                    new EdECPrivateKeySpec(
                        NamedParameterSpec.ED25519, bytes(ALL, "roomPrivateKey"))));
        signature.update(statement);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
