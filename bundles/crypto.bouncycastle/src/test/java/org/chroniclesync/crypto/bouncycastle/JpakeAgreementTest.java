// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.crypto.CodeAgreement;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.support.Transcript;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpakeAgreementTest {
  private static final RoomId ROOM = new RoomId("pair.4213");
  private static final PeerId A = new PeerId("node.aaa");
  private static final PeerId B = new PeerId("node.bbb");

  private final JpakeCodes codes = new JpakeCodes();

  private CodeAgreement inviter(String words) {
    return codes.begin(true, ROOM, A, B, words);
  }

  private CodeAgreement joiner(String words) {
    return codes.begin(false, ROOM, B, A, words);
  }

  private static void exchange(CodeAgreement a, CodeAgreement b) {
    assertThat(a.takeFirst(b.first())).isTrue();
    assertThat(b.takeFirst(a.first())).isTrue();
    assertThat(a.takeSecond(b.second())).isTrue();
    assertThat(b.takeSecond(a.second())).isTrue();
  }

  @Test
  void twoWithTheSameWordsHaveTheSameKey() throws Exception {
    try (CodeAgreement a = inviter("ocean-rabbit");
        CodeAgreement b = joiner("ocean-rabbit")) {
      exchange(a, b);

      assertThat(a.isConfirmed(b.confirmation())).isTrue();
      assertThat(b.isConfirmed(a.confirmation())).isTrue();
      assertThat(a.confirmation()).isNotEqualTo(b.confirmation());
      byte[] one = a.seal(new byte[] {1});
      byte[] two = a.seal(new byte[] {1});
      assertThat(one).isNotEqualTo(two);
      assertThat(b.open(one)).containsExactly(1);
      assertThat(b.open(two)).containsExactly(1);
      assertThat(a.open(b.seal(new byte[] {2, 3}))).containsExactly(2, 3);
    }
  }

  @Test
  void aWrongWordIsFoundOutByBothAndOpensNothing() {
    try (CodeAgreement a = inviter("ocean-rabbit");
        CodeAgreement b = joiner("ocean-radar")) {
      exchange(a, b);

      assertThat(a.isConfirmed(b.confirmation())).isFalse();
      assertThat(b.isConfirmed(a.confirmation())).isFalse();
      assertThatThrownBy(() -> b.open(a.seal(new byte[] {1})))
          .isInstanceOf(EnvelopeException.class);
    }
  }

  @Test
  void whatWasSaidIsPartOfTheKey() {
    // The same words in another room are another agreement.
    try (CodeAgreement a = codes.begin(true, new RoomId("pair.1"), A, B, "ocean-rabbit");
        CodeAgreement b = codes.begin(false, new RoomId("pair.2"), B, A, "ocean-rabbit")) {
      exchange(a, b);

      assertThat(a.isConfirmed(b.confirmation())).isFalse();
    }
  }

  @Test
  void whatComesBackIsRefused() {
    try (CodeAgreement a = inviter("ocean-rabbit")) {
      assertThat(a.takeFirst(a.first())).isFalse();
      assertThatThrownBy(a::second).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_599, 1_601, 60_000})
  void anotherLengthIsRefused(int length) {
    try (CodeAgreement a = inviter("ocean-rabbit")) {
      assertThat(a.takeFirst(new byte[length])).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 383, 384, 767, 768, 1_151, 1_152, 1_183, 1_184, 1_599})
  void aChangedByteOfTheFirstIsRefused(int at) {
    try (CodeAgreement a = inviter("ocean-rabbit");
        CodeAgreement b = joiner("ocean-rabbit")) {
      byte[] changed = b.first();
      changed[at] ^= 1;

      assertThat(a.takeFirst(changed)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 383, 384, 767, 768, 799})
  void aChangedByteOfTheSecondIsRefused(int at) {
    try (CodeAgreement a = inviter("ocean-rabbit");
        CodeAgreement b = joiner("ocean-rabbit")) {
      assertThat(a.takeFirst(b.first()) && b.takeFirst(a.first())).isTrue();
      byte[] changed = b.second();
      changed[at] ^= 1;

      assertThat(a.takeSecond(changed)).isFalse();
      assertThatThrownBy(a::confirmation).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1})
  void theNumbersThatEveryKeyWouldFollowFromAreRefused(int number) {
    try (CodeAgreement a = inviter("ocean-rabbit");
        CodeAgreement b = joiner("ocean-rabbit")) {
      byte[] chosen = b.first();
      byte[] element = BigInteger.valueOf(number).mod(JpakeByHand.P).toByteArray();
      Arrays.fill(chosen, 384, 768, (byte) 0);
      int from = Math.max(0, element.length - 384);
      System.arraycopy(element, from, chosen, 768 - (element.length - from), element.length - from);

      assertThat(a.takeFirst(chosen)).isFalse();
    }
  }

  @Test
  void eachStepHasItsTurn() {
    try (CodeAgreement a = inviter("ocean-rabbit");
        CodeAgreement b = joiner("ocean-rabbit")) {
      assertThatThrownBy(a::second).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(a::confirmation).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> a.seal(new byte[1])).isInstanceOf(IllegalStateException.class);
      exchange(a, b);
      assertThatThrownBy(() -> a.takeFirst(b.first())).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> a.takeSecond(b.second())).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closedItDoesNothingMore() {
    CodeAgreement a = inviter("ocean-rabbit");
    try (CodeAgreement b = joiner("ocean-rabbit")) {
      exchange(a, b);
    }
    a.close();
    a.close();

    assertThatThrownBy(a::confirmation).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> a.seal(new byte[1])).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSideWrittenFromTheSpecificationComesToTheSameKeys() {
    JpakeByHand hand = new JpakeByHand(B.value(), "ocean-rabbit", 1);
    try (CodeAgreement a = inviter("ocean-rabbit")) {
      byte[] first = hand.first();
      assertThat(a.takeFirst(first)).isTrue();
      byte[] second = hand.second(a.first());
      assertThat(a.takeSecond(second)).isTrue();

      byte[] parent =
          parent(hand.shared(a.first(), a.second()), a.first(), first, a.second(), second);

      assertThat(a.isConfirmed(confirmation(parent, "joiner"))).isTrue();
      assertThat(a.confirmation()).isEqualTo(confirmation(parent, "inviter"));
    }
  }

  @Test
  void theSpecificationsNumbers() throws Exception {
    JpakeByHand inviter = new JpakeByHand(A.value(), "ocean-rabbit", 1);
    JpakeByHand joiner = new JpakeByHand(B.value(), "ocean-rabbit", 3);
    byte[] one = inviter.second(joiner.first());
    byte[] two = joiner.second(inviter.first());
    byte[] shared = inviter.shared(joiner.first(), two);
    byte[] parent = parent(shared, inviter.first(), joiner.first(), one, two);

    assertThat(joiner.shared(inviter.first(), one)).isEqualTo(shared);
    Map<String, String> numbers = new LinkedHashMap<>();
    numbers.put("room", ROOM.value());
    numbers.put("inviter", A.value());
    numbers.put("joiner", B.value());
    numbers.put("words", "ocean-rabbit");
    numbers.put("inviterX1", inviter.x1());
    numbers.put("inviterX2", inviter.x2());
    numbers.put("joinerX3", joiner.x1());
    numbers.put("joinerX4", joiner.x2());
    numbers.put("inviterFirst", hex(inviter.first()));
    numbers.put("joinerFirst", hex(joiner.first()));
    numbers.put("inviterSecond", hex(one));
    numbers.put("joinerSecond", hex(two));
    numbers.put("shared", hex(shared));
    numbers.put("parentKey", hex(parent));
    numbers.put("joinerConfirms", hex(confirmation(parent, "joiner")));
    numbers.put("inviterConfirms", hex(confirmation(parent, "inviter")));
    try (InputStream file = getClass().getResourceAsStream("/pairing-vectors.json")) {
      ObjectMapper json = new ObjectMapper();
      assertThat(json.readTree(file).toString()).isEqualTo(json.writeValueAsString(numbers));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] parent(
      byte[] shared, byte[] firstA, byte[] firstB, byte[] secondA, byte[] secondB) {
    byte[] said =
        new Transcript("chroniclesync pairing 1")
            .add(ROOM.value())
            .add(A.value())
            .add(B.value())
            .add(firstA)
            .add(firstB)
            .add(secondA)
            .add(secondB)
            .bytes();
    return Hkdf.extract(Digests.sha256(said), shared);
  }

  private static byte[] confirmation(byte[] parent, String who) {
    return Hkdf.expand(
        Hkdf.expand(parent, "chroniclesync pairing 1 " + who + " confirms", 32),
        "chroniclesync pairing 1 confirmation",
        32);
  }

  // --- Codes ------------------------------------------------------------------------------------

  @Test
  void wordsAreDrawnFromTheList() {
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String words = codes.words();
      assertThat(words).matches("[a-z]{3,8}-[a-z]{3,8}");
      assertThat(codes.check(words)).isEqualTo(words);
      drawn.add(words);
    }
    assertThat(drawn).hasSizeGreaterThan(95);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ocean-rabbit", "Ocean Rabbit", "  OCEAN   rabbit\n", "ocean–rabbit"})
  void whatAPersonTypesIsForgiven(String typed) {
    assertThat(codes.check(typed)).isEqualTo("ocean-rabbit");
  }

  @Test
  void aMisspeltWordIsSaidBeforeTheTryIsSpent() {
    assertThatThrownBy(() -> codes.check("ocean-rabit"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'rabit' is in no code; likely rabbit")
        .hasMessageContaining("still good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ocean", "ocean-rabbit-ocean", "\u001b[31m"})
  void whatIsNoCodeIsSaid(String typed) {
    assertThatThrownBy(() -> codes.check(typed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4213-ocean-rabbit");
  }

  @Test
  void eachMeetingHasAKeyOfItsOwn() {
    Credentials one = codes.credentials();
    Credentials two = codes.credentials();

    assertThat(one.peer()).isNotEqualTo(two.peer());
    assertThat(one.peer()).isEqualTo(DeviceKeys.peer(one.key()));
    byte[] statement = {1, 2, 3};
    assertThat(SigningKey.verify(one.key(), statement, one.sign(statement))).isTrue();
    assertThat(one.signAsMember(ROOM, statement)).isNull();
  }
}
