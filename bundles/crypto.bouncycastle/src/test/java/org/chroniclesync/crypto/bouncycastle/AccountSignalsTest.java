// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Base64;
import java.util.Random;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.EnvelopeException.Reason;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.support.Transcript;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountSignalsTest {
  private static final PeerId ANN = PeerId.ofNode("ann");
  private static final PeerId BOB = PeerId.ofNode("bob");
  private static final RoomId ROOM = new RoomId("room");
  private static final byte[] OFFER = "{\"type\":\"offer\",\"sdp\":\"v=0\"}".getBytes(UTF_8);

  private final AccountSignals signals = new AccountSignals(key(1), AesGcm.jdk(), ROOM);

  private static WipeableKey key(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return new WipeableKey(bytes);
  }

  private static Reason refusal(SignalSeals seals, String sealed, PeerId from, PeerId to) {
    EnvelopeException refused =
        catchThrowableOfType(EnvelopeException.class, () -> seals.open(sealed, from, to));
    assertThat(refused).as("a refusal").isNotNull();
    return refused.reason();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 255, 256, 257, 1_500, SignalSeals.MAX_SIGNAL_BYTES})
  void opensWhatItSeals(int length) throws EnvelopeException {
    byte[] signal = new byte[length];
    new Random(length).nextBytes(signal);
    for (AesGcm cipher : Vectors.ciphers()) {
      String sealed = new AccountSignals(key(1), cipher, ROOM).seal(signal, ANN, BOB);

      assertThat(sealed).matches("[A-Za-z0-9_-]+");
      assertThat(new Signal.Sealed(sealed).data()).isEqualTo(sealed);
      assertThat(signals.open(sealed, ANN, BOB)).isEqualTo(signal);
    }
  }

  @Test
  void zerosAndEndsWithinASignalStay() throws EnvelopeException {
    for (byte[] signal : new byte[][] {{0}, {(byte) 0x80}, {(byte) 0x80, 0, 0}, new byte[256]}) {
      assertThat(signals.open(signals.seal(signal, ANN, BOB), ANN, BOB)).isEqualTo(signal);
    }
  }

  @Test
  void aLengthSaysLittle() {
    assertThat(signals.seal(new byte[1], ANN, BOB))
        .hasSameSizeAs(signals.seal(new byte[255], ANN, BOB))
        .hasSizeLessThan(signals.seal(new byte[256], ANN, BOB).length());
  }

  @Test
  void theSameSignalNeverLooksTheSame() {
    assertThat(signals.seal(OFFER, ANN, BOB)).isNotEqualTo(signals.seal(OFFER, ANN, BOB));
  }

  @Test
  void itIsForNobodyElse() {
    String sealed = signals.seal(OFFER, ANN, BOB);
    AccountSignals elsewhere = new AccountSignals(key(1), AesGcm.jdk(), new RoomId("other"));
    AccountSignals stranger = new AccountSignals(key(2), AesGcm.jdk(), ROOM);

    assertThat(refusal(signals, sealed, BOB, ANN)).isEqualTo(Reason.NOT_AUTHENTIC);
    assertThat(refusal(signals, sealed, ANN, PeerId.ofNode("carol")))
        .isEqualTo(Reason.NOT_AUTHENTIC);
    assertThat(refusal(signals, sealed, PeerId.ofNode("carol"), BOB))
        .isEqualTo(Reason.NOT_AUTHENTIC);
    assertThat(refusal(elsewhere, sealed, ANN, BOB)).isEqualTo(Reason.NOT_AUTHENTIC);
    assertThat(refusal(stranger, sealed, ANN, BOB)).isEqualTo(Reason.NOT_AUTHENTIC);
  }

  @Test
  void namesDoNotRunIntoEachOther() {
    String sealed = signals.seal(OFFER, new PeerId("ab"), new PeerId("c"));

    assertThat(refusal(signals, sealed, new PeerId("a"), new PeerId("bc")))
        .isEqualTo(Reason.NOT_AUTHENTIC);
  }

  @Test
  void everyByteCounts() {
    byte[] sealed = Base64.getUrlDecoder().decode(signals.seal(OFFER, ANN, BOB));
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      String text = Base64.getUrlEncoder().encodeToString(changed);

      assertThat(refusal(signals, text, ANN, BOB)).isEqualTo(Reason.NOT_AUTHENTIC);
    }
  }

  @Test
  void whatIsNoSealedSignalIsRefused() {
    assertThat(refusal(signals, "", ANN, BOB)).isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(signals, "A".repeat(36), ANN, BOB)).isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(signals, "A".repeat(38), ANN, BOB)).isEqualTo(Reason.NOT_AUTHENTIC);
    assertThat(refusal(signals, "{\"type\":\"offer\"}", ANN, BOB)).isEqualTo(Reason.NOT_ENCODED);
    assertThat(refusal(signals, "A+/A", ANN, BOB)).isEqualTo(Reason.NOT_ENCODED);
    assertThat(refusal(signals, "A".repeat(Signal.MAX_SEALED_CHARS + 1), ANN, BOB))
        .isEqualTo(Reason.TOO_LONG);
  }

  @Test
  void aSignalWithoutAnEndIsRefused() {
    WipeableKey key = key(1);
    byte[] aad =
        new Transcript("chroniclesync v2 signal")
            .add(ROOM.value())
            .add(ANN.value())
            .add(BOB.value())
            .bytes();
    byte[] sealed = new byte[AesGcm.IV_BYTES + 256 + AesGcm.TAG_BYTES];
    byte[] iv = new byte[AesGcm.IV_BYTES];
    AesGcm.jdk().seal(key, iv, aad, aad.length, new byte[256], 0, 256, sealed, AesGcm.IV_BYTES);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);

    assertThat(refusal(signals, text, ANN, BOB)).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void aSignalThatIsTooLongIsNotSealed() {
    assertThatThrownBy(() -> signals.seal(new byte[SignalSeals.MAX_SIGNAL_BYTES + 1], ANN, BOB))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stopsBeforeRandomIvsBecomeUnsafe() throws EnvelopeException {
    AccountSignals few = new AccountSignals(key(1), AesGcm.jdk(), ROOM, 1);
    String sealed = few.seal(OFFER, ANN, BOB);

    assertThatThrownBy(() -> few.seal(OFFER, ANN, BOB)).isInstanceOf(IllegalStateException.class);
    assertThat(few.open(sealed, ANN, BOB)).isEqualTo(OFFER);
  }

  @Test
  void aWipedKeyIsGone() {
    WipeableKey key = key(1);
    AccountSignals closed = new AccountSignals(key, AesGcm.jdk(), ROOM);
    String sealed = closed.seal(OFFER, ANN, BOB);
    key.destroy();

    assertThatThrownBy(() -> closed.seal(OFFER, ANN, BOB))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.open(sealed, ANN, BOB))
        .isInstanceOf(IllegalStateException.class);
  }
}
