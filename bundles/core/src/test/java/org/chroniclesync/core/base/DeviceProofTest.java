// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against vectors that the second implementation made. */
class DeviceProofTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String PKCS8 = "302e020100300506032b657004220420";

  private final Identity identity =
      (Identity)
          Proxy.newProxyInstance(
              Identity.class.getClassLoader(),
              new Class<?>[] {Identity.class},
              (proxy, method, args) ->
                  DeviceKeys.isSignedBy(
                      (PeerId) args[0], (byte[]) args[1], (byte[]) args[2], (byte[]) args[3]));

  @ParameterizedTest
  @MethodSource("vectors")
  void whatIsSaidIsSignedByTheDeviceThatBearsTheName(Map<String, String> vector) throws Exception {
    PeerId peer = new PeerId(vector.getOrDefault("peerId", ""));
    byte[] statement = statement(peer, vector);
    byte[] proof = HEX.parseHex(vector.getOrDefault("proof", ""));

    assertThat(HEX.formatHex(statement)).isEqualTo(vector.getOrDefault("statement", ""));
    assertThat(HEX.formatHex(signed(vector.getOrDefault("devicePrivateKey", ""), statement)))
        .isEqualTo(HEX.formatHex(proof, DeviceKeys.KEY_BYTES, DeviceProof.BYTES));
    assertThat(DeviceProof.isRight(identity, peer, statement, proof)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void nothingElseProvesIt(Map<String, String> vector) {
    PeerId peer = new PeerId(vector.getOrDefault("peerId", ""));
    byte[] statement = statement(peer, vector);
    byte[] proof = HEX.parseHex(vector.getOrDefault("proof", ""));

    for (int at = 0; at < proof.length; at++) {
      byte[] changed = proof.clone();
      changed[at] ^= 1;
      assertThat(DeviceProof.isRight(identity, peer, statement, changed)).as("at %s", at).isFalse();
    }
    assertThat(DeviceProof.isRight(identity, PeerId.ofNode("other"), statement, proof)).isFalse();
    assertThat(DeviceProof.isRight(identity, peer, new byte[1], proof)).isFalse();
    assertThat(DeviceProof.isRight(identity, peer, statement, new byte[0])).isFalse();
  }

  private static byte[] statement(PeerId peer, Map<String, String> vector) {
    return vector.containsKey("share")
        ? DeviceProof.greeting(HEX.parseHex(vector.getOrDefault("share", "")), peer)
        : DeviceProof.signal(
            peer,
            new PeerId(vector.getOrDefault("to", "")),
            HEX.parseHex(vector.getOrDefault("signal", "")));
  }

  private static byte[] signed(String seed, byte[] statement) throws Exception {
    PrivateKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(HEX.parseHex(PKCS8 + seed)));
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(key);
    signer.update(statement);
    return signer.sign();
  }

  static List<Map<String, String>> vectors() throws Exception {
    List<Map<String, String>> vectors = new ArrayList<>();
    try (InputStream in =
            Objects.requireNonNull(
                DeviceProofTest.class.getResourceAsStream("device-proofs.json"));
        JsonParser from = new JsonFactory().createParser(in)) {
      from.nextToken();
      while (from.nextToken() == JsonToken.START_OBJECT) {
        Map<String, String> vector = new HashMap<>();
        while (from.nextToken() != JsonToken.END_OBJECT) {
          String name = from.currentName();
          vector.put(name, from.nextTextValue());
        }
        vectors.add(vector);
      }
    }
    return vectors;
  }
}
