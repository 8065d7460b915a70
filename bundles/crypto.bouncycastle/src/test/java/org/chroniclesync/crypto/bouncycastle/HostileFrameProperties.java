// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * What arrives before anything is proved, changed at random: opened as it was sealed, or refused.
 * For more than the thousand of each that the build takes: {@code -Djqwik.tries.default=1000000}.
 */
class HostileFrameProperties {
  private static final PeerId ANN = PeerId.ofNode("ann");
  private static final PeerId BOB = PeerId.ofNode("bob");
  private static final ChannelBinding BINDING = new ChannelBinding("certificates".getBytes(UTF_8));

  /** What no refusal may repeat. */
  private static final String SENTENCE = "[ -~]{1,200}";

  private static final AccountEnvelopes ENVELOPES =
      new AccountEnvelopes(Vectors.first().key(), AesGcm.jdk());
  private static final List<String> PLAINTEXTS =
      Vectors.envelopes().map(vector -> vector.get("plaintext").asText()).distinct().toList();

  private static final AccountSignals SIGNALS =
      new AccountSignals(key(), AesGcm.jdk(), new RoomId("room"));
  private static final List<byte[]> SIGNALLED =
      Stream.of("", "candidate", "v=0\r\n".repeat(300)).map(text -> text.getBytes(UTF_8)).toList();

  private static final byte[] STATEMENT = "who I am".getBytes(UTF_8);

  private static final AccountSessions SESSIONS = new AccountSessions(key(), AesGcm.jdk());

  private static WipeableKey key() {
    byte[] bytes = new byte[32];
    new Random(1).nextBytes(bytes);
    return new WipeableKey(bytes);
  }

  private interface Opening {
    byte[] open() throws EnvelopeException;
  }

  private static void assertOpenedAsSealed(Opening opening, List<byte[]> sealed, double least) {
    boolean opened;
    try {
      byte[] plain = opening.open();
      assertThat(sealed).anyMatch(one -> Arrays.equals(one, plain));
      opened = true;
    } catch (EnvelopeException e) {
      assertThat(e).hasMessageMatching(SENTENCE);
      opened = false;
    }
    Statistics.label("opened")
        .collect(opened)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > least));
  }

  @Provide
  Arbitrary<String> envelopes() {
    List<String> inputs =
        Stream.of(
                Vectors.envelopes().map(vector -> vector.get("frame").asText()),
                Vectors.envelopes().map(vector -> vector.get("frameBase64").asText()),
                Vectors.bad().map(vector -> vector.get("frame").asText()))
            .flatMap(all -> all)
            .filter(frame -> !frame.isEmpty())
            .toList();
    return Mutations.ofTexts(
        inputs,
        List.of("\"iv\":", "\"data\":", "\"iv\":\"\",", "\"x\":7,", "=", "-_", "0".repeat(24)));
  }

  @Property
  void anEnvelopeIsOpenedAsItWasSealedOrRefused(@ForAll("envelopes") String frame) {
    assertOpenedAsSealed(
        () -> ENVELOPES.open(frame),
        PLAINTEXTS.stream().map(text -> text.getBytes(UTF_8)).toList(),
        2);
  }

  @Provide
  Arbitrary<String> signals() {
    return Mutations.ofTexts(
        SIGNALLED.stream().map(signal -> SIGNALS.seal(signal, ANN, BOB)).toList(),
        List.of("=", "-", "_", "A".repeat(100_000)));
  }

  @Property
  void aSignalIsOpenedAsItWasSealedOrRefused(@ForAll("signals") String sealed) {
    assertOpenedAsSealed(() -> SIGNALS.open(sealed, ANN, BOB), SIGNALLED, 5);
  }

  @Provide
  Arbitrary<byte[]> frames() throws Exception {
    List<byte[]> inputs = new ArrayList<>();
    for (byte[] fragment : SIGNALLED) {
      inputs.add(firstFrame(fragment));
    }
    return Mutations.ofBytes(inputs);
  }

  /** Of sessions that all have the same keys, so that the other end can be made again, too. */
  private static byte[] firstFrame(byte[] fragment) throws HandshakeException {
    try (SessionKeys ann = agree(0)) {
      return SESSIONS.seal(ann, Sessions.MORE, fragment, 0, fragment.length);
    }
  }

  @Property
  void aFrameIsOpenedAsItWasSealedOrRefusedAndDoesNotCount(@ForAll("frames") byte[] frame)
      throws Exception {
    try (SessionKeys bob = agree(1)) {
      assertOpenedAsSealed(() -> SESSIONS.open(bob, frame).bytes(), SIGNALLED, 5);
      if (bob.receiving().frames() == 0) {
        byte[] right = firstFrame(SIGNALLED.get(1));
        assertThat(SESSIONS.open(bob, right).bytes()).isEqualTo(SIGNALLED.get(1));
      }
    }
  }

  @Provide
  Arbitrary<byte[]> shares() {
    return Mutations.ofBytes(List.of(AccountSessions.begin(bytes(1), bytes(2)).share()));
  }

  @Property
  void anyShareMakesASessionOrIsRefused(@ForAll("shares") byte[] share) {
    Ephemeral ours = AccountSessions.begin(bytes(3), bytes(4));
    try (SessionKeys keys = SESSIONS.agree(ours, share, ANN, BOB, BINDING)) {
      assertThat(share).hasSize(Ephemeral.SHARE_BYTES);
      assertThat(keys.receiving().frames()).isZero();
    } catch (HandshakeException e) {
      assertThat(e).hasMessageMatching(SENTENCE);
    }
  }

  @Provide
  Arbitrary<byte[]> keysAndSignatures() {
    SigningKey device = new SigningKey(bytes(5));
    byte[] key = device.publicKey();
    byte[] signature = device.sign(STATEMENT);
    byte[] both = Arrays.copyOf(key, key.length + signature.length);
    System.arraycopy(signature, 0, both, key.length, signature.length);
    return Mutations.ofBytes(List.of(both));
  }

  /** Bit by bit the same key and signature, or nobody signed it. */
  @Property
  void nothingButTheSignatureIsASignature(@ForAll("keysAndSignatures") byte[] both) {
    SigningKey device = new SigningKey(bytes(5));
    byte[] key = Arrays.copyOf(both, Math.min(both.length, DeviceKeys.KEY_BYTES));
    byte[] signature = Arrays.copyOfRange(both, key.length, both.length);

    assertThat(SigningKey.verify(key, STATEMENT, signature))
        .isEqualTo(
            Arrays.equals(key, device.publicKey())
                && Arrays.equals(signature, device.sign(STATEMENT)));
  }

  private static SessionKeys agree(int end) throws HandshakeException {
    Ephemeral[] both = {
      AccountSessions.begin(bytes(1), bytes(2)), AccountSessions.begin(bytes(3), bytes(4))
    };
    PeerId[] names = {ANN, BOB};
    return SESSIONS.agree(both[end], both[1 - end].share(), names[end], names[1 - end], BINDING);
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
