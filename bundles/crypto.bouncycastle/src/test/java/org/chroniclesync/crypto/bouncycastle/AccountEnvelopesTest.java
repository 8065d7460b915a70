// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.EnvelopeException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountEnvelopesTest {
  private static final String IV = "0".repeat(24);
  private static final String DATA = "0".repeat(64);

  private static final Map<String, Reason> WHY =
      Map.ofEntries(
          Map.entry("ciphertext bit flipped", Reason.NOT_AUTHENTIC),
          Map.entry("tag bit flipped", Reason.NOT_AUTHENTIC),
          Map.entry("iv bit flipped", Reason.NOT_AUTHENTIC),
          Map.entry("sealed for another account", Reason.NOT_AUTHENTIC),
          Map.entry("truncated below the tag", Reason.TRUNCATED),
          Map.entry("odd number of hex digits", Reason.NOT_ENCODED),
          Map.entry("iv of 11 bytes", Reason.WRONG_IV_LENGTH),
          Map.entry("not an object", Reason.NOT_AN_OBJECT),
          Map.entry("not JSON", Reason.NOT_JSON),
          Map.entry("empty text", Reason.EMPTY),
          Map.entry("missing data", Reason.MISSING_MEMBER),
          Map.entry("data not a string", Reason.NOT_A_STRING));

  private final AccountEnvelopes envelopes =
      new AccountEnvelopes(Vectors.first().key(), AesGcm.jdk());

  private static Reason reason(AccountEnvelopes envelopes, String frame) {
    EnvelopeException refused =
        catchThrowableOfType(EnvelopeException.class, () -> envelopes.open(frame));
    assertThat(refused).as("a refusal").isNotNull();
    return refused.reason();
  }

  @ParameterizedTest
  @MethodSource("org.chroniclesync.crypto.bouncycastle.Vectors#envelopes")
  void opensTheFramesOfOtherClients(JsonNode vector) throws EnvelopeException {
    Account account = Vectors.account(vector.get("accountId").asText());
    String base64 = vector.get("frameBase64").asText();
    for (AesGcm cipher : Vectors.ciphers()) {
      AccountEnvelopes opener = new AccountEnvelopes(account.key(), cipher);
      for (String frame :
          List.of(
              vector.get("frame").asText(),
              vector.get("frame").asText().replace("\",", "\" ,\n"),
              upperCase(vector.get("frame").asText()),
              base64,
              base64.replace("=", ""),
              base64.replace('+', '-').replace('/', '_'),
              base64.replace('+', '-').replace('/', '_').replace("=", ""))) {
        assertThat(new String(opener.open(frame), UTF_8))
            .isEqualTo(vector.get("plaintext").asText());
      }
    }
  }

  private static String upperCase(String frame) {
    return frame
        .replaceAll("[a-f]", "#$0")
        .replace("#a", "A")
        .replace("#b", "B")
        .replace("#c", "C")
        .replace("#d", "D")
        .replace("#e", "E")
        .replace("#f", "F")
        .replace("DAtA", "data");
  }

  @ParameterizedTest
  @MethodSource("org.chroniclesync.crypto.bouncycastle.Vectors#bad")
  void refusesEachBadFrameForItsOwnReason(JsonNode vector) {
    for (AesGcm cipher : Vectors.ciphers()) {
      AccountEnvelopes opener = new AccountEnvelopes(Vectors.first().key(), cipher);

      assertThat(reason(opener, vector.get("frame").asText()))
          .isEqualTo(WHY.get(vector.get("why").asText()));
    }
  }

  static Stream<Arguments> more() {
    String base64Iv = "/".repeat(16);
    return Stream.of(
        Arguments.of(" \n", Reason.EMPTY),
        Arguments.of("{", Reason.NOT_JSON),
        Arguments.of("{}", Reason.MISSING_MEMBER),
        Arguments.of("[", Reason.NOT_JSON),
        Arguments.of("null", Reason.NOT_AN_OBJECT),
        Arguments.of("7 7", Reason.NOT_JSON),
        Arguments.of(frame(IV, DATA) + "x", Reason.NOT_JSON),
        Arguments.of(frame(IV, DATA) + frame(IV, DATA), Reason.NOT_JSON),
        Arguments.of("{\"iv\":\"" + IV + "\"," + frame(IV, DATA).substring(1), Reason.NOT_JSON),
        Arguments.of("{\"x\":" + "[".repeat(40) + "]".repeat(40) + "}", Reason.NOT_JSON),
        Arguments.of("{\"" + "x".repeat(300) + "\":1}", Reason.NOT_JSON),
        Arguments.of("{\"iv\":null,\"data\":\"\"}", Reason.NOT_A_STRING),
        Arguments.of("{\"iv\":{\"iv\":\"\"},\"data\":\"\"}", Reason.NOT_A_STRING),
        Arguments.of("{\"v\":{\"iv\":\"\",\"data\":\"\"}}", Reason.MISSING_MEMBER),
        Arguments.of(frame("", DATA), Reason.WRONG_IV_LENGTH),
        Arguments.of(frame(IV.substring(8), DATA), Reason.WRONG_IV_LENGTH),
        Arguments.of(frame(IV + "00", DATA), Reason.WRONG_IV_LENGTH),
        Arguments.of(frame(IV, ""), Reason.TRUNCATED),
        Arguments.of(frame(base64Iv, "AAAA"), Reason.TRUNCATED),
        Arguments.of(frame(base64Iv, "A\u0100AA"), Reason.NOT_ENCODED),
        Arguments.of(frame(base64Iv, "AA AA"), Reason.NOT_ENCODED),
        Arguments.of(frame(base64Iv, "zzzzz"), Reason.NOT_ENCODED),
        Arguments.of(frame(IV, DATA.substring(1) + "\u0130"), Reason.NOT_ENCODED),
        Arguments.of(frame(IV, "0".repeat(1 << 20)), Reason.TOO_LONG),
        Arguments.of(frame(IV, DATA), Reason.NOT_AUTHENTIC));
  }

  private static String frame(String iv, String data) {
    return "{\"iv\":\"" + iv + "\",\"data\":\"" + data + "\"}";
  }

  @ParameterizedTest
  @MethodSource("more")
  void refusesWhatIsNoFrame(String frame, Reason why) {
    assertThat(reason(envelopes, frame)).isEqualTo(why);
  }

  @Test
  void refusalsHoldNothingOfTheFrame() {
    assertThatThrownBy(() -> envelopes.open("{\"secret"))
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 15, 16, 17, 1_000, 131_000})
  void opensWhatItSeals(int length) throws EnvelopeException {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    for (AesGcm cipher : Vectors.ciphers()) {
      String frame = new AccountEnvelopes(Vectors.first().key(), cipher).seal(plain);

      assertThat(frame).matches("\\{\"iv\":\"[0-9a-f]{24}\",\"data\":\"[0-9a-f]{32,}\"}");
      assertThat(envelopes.open(frame)).isEqualTo(plain);
      assertThat(envelopes.open(toBase64(frame))).isEqualTo(plain);
    }
  }

  private static String toBase64(String frame) {
    String[] parts = frame.split("\"");
    Base64.Encoder encoder = Base64.getEncoder();
    return frame(
        encoder.encodeToString(HexFormat.of().parseHex(parts[3])),
        encoder.encodeToString(HexFormat.of().parseHex(parts[7])));
  }

  @Test
  void everyByteOfAFrameCounts() {
    byte[] frame = envelopes.seal("attack at dawn".getBytes(UTF_8)).getBytes(UTF_8);
    for (int i = 0; i < frame.length; i++) {
      byte[] changed = frame.clone();
      changed[i] ^= 1;

      assertThatThrownBy(() -> envelopes.open(new String(changed, UTF_8)))
          .isInstanceOf(EnvelopeException.class);
    }
  }

  @Test
  void saysHowLongAPlaintextMayBe() {
    for (int maxFrameBytes : List.of(107, 108, 1_000, 262_144)) {
      int longest = envelopes.maxPlaintextBytes(maxFrameBytes);

      assertThat(envelopes.seal(new byte[longest])).hasSizeLessThanOrEqualTo(maxFrameBytes);
      assertThat(envelopes.seal(new byte[longest + 1])).hasSizeGreaterThan(maxFrameBytes);
    }
    assertThat(envelopes.maxPlaintextBytes(10)).isZero();
    int longest = envelopes.maxPlaintextBytes(Integer.MAX_VALUE);
    assertThat(envelopes.seal(new byte[longest])).hasSizeLessThanOrEqualTo(1 << 20);
    assertThatThrownBy(() -> envelopes.seal(new byte[longest + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noIvComesTwice() throws Exception {
    int threads = 4;
    int each = 5_000;
    Set<String> ivs = ConcurrentHashMap.newKeySet();
    Callable<Void> seal =
        () -> {
          for (int i = 0; i < each; i++) {
            ivs.add(envelopes.seal(new byte[] {1}).substring(7, 31));
          }
          return null;
        };

    runAll(threads, seal);

    assertThat(ivs).hasSize(threads * each);
  }

  @Test
  void manyThreadsDoNotDisturbEachOther() throws Exception {
    Callable<Void> roundTrips =
        () -> {
          Random random = new Random();
          for (int i = 0; i < 500; i++) {
            byte[] plain = new byte[random.nextInt(5_000)];
            random.nextBytes(plain);
            assertThat(envelopes.open(envelopes.seal(plain))).isEqualTo(plain);
          }
          return null;
        };

    assertThat(runAll(4, roundTrips)).isEqualTo(4);
  }

  private static int runAll(int threads, Callable<Void> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(work);
      }
      int done = 0;
      for (Future<Void> one : pool.invokeAll(all)) {
        one.get();
        done++;
      }
      return done;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void stopsSealingBeforeRandomIvsBecomeUnsafe() throws EnvelopeException {
    AccountEnvelopes few = new AccountEnvelopes(Vectors.first().key(), AesGcm.jdk(), 2);
    List<String> frames = List.of(few.seal(new byte[3]), few.seal(new byte[3]));

    assertThatThrownBy(() -> few.seal(new byte[3])).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> few.seal(new byte[3])).isInstanceOf(IllegalStateException.class);
    for (String frame : frames) {
      assertThat(few.open(frame)).isEqualTo(new byte[3]);
    }
  }

  @Test
  void aWipedKeyIsGone() {
    byte[] bytes = new byte[32];
    new Random(1).nextBytes(bytes);
    WipeableKey key = new WipeableKey(bytes);
    AccountEnvelopes closed = new AccountEnvelopes(key, AesGcm.jdk());
    String frame = closed.seal(new byte[3]);

    key.destroy();

    assertThat(bytes).containsOnly(0);
    assertThat(key.isDestroyed()).isTrue();
    assertThatThrownBy(() -> closed.open(frame)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.open("")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.seal(new byte[3])).isInstanceOf(IllegalStateException.class);
  }
}
