// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.HandshakeException.Reason;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.crypto.TrafficKey;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelBinding;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each attack on a session, as a test. */
class AccountSessionsTest {
  private static final PeerId ANN = PeerId.ofNode("ann");
  private static final PeerId BOB = PeerId.ofNode("bob");
  private static final ChannelBinding BINDING = binding("ann's and bob's certificates");

  private final AccountSessions sessions = new AccountSessions(key(1), AesGcm.jdk());
  private final Ends ends = ends(sessions, sessions);

  private record Ends(SessionKeys ann, SessionKeys bob) {}

  private static WipeableKey key(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return new WipeableKey(bytes);
  }

  private static ChannelBinding binding(String text) {
    return new ChannelBinding(text.getBytes(UTF_8));
  }

  private static Ends ends(AccountSessions ann, AccountSessions bob) {
    return ends(ann, bob, BINDING, BINDING);
  }

  private static Ends ends(
      AccountSessions ann,
      AccountSessions bob,
      ChannelBinding seenByAnn,
      ChannelBinding seenByBob) {
    Ephemeral ofAnn = ann.begin();
    Ephemeral ofBob = bob.begin();
    return new Ends(
        agree(ann, ofAnn, ofBob.share(), ANN, BOB, seenByAnn),
        agree(bob, ofBob, ofAnn.share(), BOB, ANN, seenByBob));
  }

  private static SessionKeys agree(
      AccountSessions sessions,
      Ephemeral ours,
      byte[] theirs,
      PeerId self,
      PeerId peer,
      ChannelBinding binding) {
    try {
      return sessions.agree(ours, theirs, self, peer, binding);
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] seal(SessionKeys keys, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return sessions.seal(keys, (byte) 0, bytes, 0, bytes.length);
  }

  private String open(SessionKeys keys, byte[] frame) throws EnvelopeException {
    return new String(sessions.open(keys, frame).bytes(), UTF_8);
  }

  private EnvelopeException.Reason refusal(SessionKeys keys, byte[] frame) {
    EnvelopeException refused =
        catchThrowableOfType(EnvelopeException.class, () -> sessions.open(keys, frame));
    assertThat(refused).as("a refusal").isNotNull();
    return refused.reason();
  }

  private void assertNothingOpens(Ends apart) {
    assertThat(refusal(apart.bob(), seal(apart.ann(), "from ann")))
        .isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
    assertThat(refusal(apart.ann(), seal(apart.bob(), "from bob")))
        .isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 15, 16, 17, 65_536, Sessions.MAX_FRAME_BYTES - Sessions.OVERHEAD_BYTES})
  void opensWhatTheOtherEndSealed(int length) throws EnvelopeException {
    byte[] plain = new byte[length + 5];
    new Random(length).nextBytes(plain);
    for (AesGcm cipher : Vectors.ciphers()) {
      AccountSessions ann = new AccountSessions(key(1), cipher);
      Ends two = ends(ann, sessions);

      byte[] frame = ann.seal(two.ann(), Sessions.MORE, plain, 2, length);
      Sessions.Opened opened = sessions.open(two.bob(), frame);
      assertThat(frame).hasSize(length + Sessions.OVERHEAD_BYTES);
      assertThat(opened.more()).isTrue();
      assertThat(opened.bytes()).isEqualTo(Arrays.copyOfRange(plain, 2, 2 + length));

      Sessions.Opened back = ann.open(two.ann(), sessions.seal(two.bob(), (byte) 0, plain, 0, 3));
      assertThat(back.more()).isFalse();
      assertThat(back.bytes()).isEqualTo(Arrays.copyOf(plain, 3));
    }
  }

  @Test
  void oneEndIsTheFirst() {
    assertThat(ends.ann().first()).isNotEqualTo(ends.bob().first());
  }

  // --- the handshake ---

  private Reason refusal(Ephemeral ours, byte[] theirs, ChannelBinding binding) {
    HandshakeException refused =
        catchThrowableOfType(
            HandshakeException.class, () -> sessions.agree(ours, theirs, ANN, BOB, binding));
    assertThat(refused).as("a refusal").isNotNull();
    assertThatThrownBy(() -> sessions.agree(ours, sessions.begin().share(), ANN, BOB, BINDING))
        .isInstanceOf(IllegalStateException.class);
    return refused.reason();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 32, 63, 65, 4_096})
  void aShareOfAnotherLengthIsRefused(int length) {
    assertThat(refusal(sessions.begin(), new byte[length], BINDING)).isEqualTo(Reason.WRONG_LENGTH);
  }

  @Test
  void ourOwnShareIsRefusedInWholeAndInPart() {
    Ephemeral ours = sessions.begin();
    byte[] ownNonce = sessions.begin().share();
    System.arraycopy(ours.share(), 0, ownNonce, 0, Ephemeral.NONCE_BYTES);
    Ephemeral again = sessions.begin();
    byte[] ownKey = again.share();
    ownKey[0] ^= 1;
    Ephemeral third = sessions.begin();

    assertThat(refusal(ours, ownNonce, BINDING)).isEqualTo(Reason.REFLECTED);
    assertThat(refusal(again, ownKey, BINDING)).isEqualTo(Reason.REFLECTED);
    assertThat(refusal(third, third.share(), BINDING)).isEqualTo(Reason.REFLECTED);
  }

  /** The points of small order, and their forms that are not reduced. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080"
      })
  void aKeyWithWhichEverySecretIsZeroIsRefused(String publicKey) {
    byte[] share = sessions.begin().share();
    System.arraycopy(
        HexFormat.of().parseHex(publicKey), 0, share, Ephemeral.NONCE_BYTES, Ephemeral.KEY_BYTES);

    assertThat(refusal(sessions.begin(), share, BINDING)).isEqualTo(Reason.ZERO_SECRET);
  }

  @Test
  void aChannelThatBindsNothingIsRefused() {
    byte[] share = sessions.begin().share();

    assertThat(refusal(sessions.begin(), share, binding(""))).isEqualTo(Reason.UNBOUND);
  }

  @Test
  void swappedFingerprintsOpenNothing() {
    assertNothingOpens(
        ends(sessions, sessions, binding("ann's and mallory's"), binding("mallory's and bob's")));
  }

  @Test
  void anotherMnemonicOpensNothing() {
    assertNothingOpens(ends(sessions, new AccountSessions(key(2), AesGcm.jdk())));
  }

  @Test
  void aPeerUnderAnotherNameOpensNothing() {
    Ephemeral ofAnn = sessions.begin();
    Ephemeral ofBob = sessions.begin();
    byte[] annsShare = ofAnn.share();

    assertNothingOpens(
        new Ends(
            agree(sessions, ofAnn, ofBob.share(), ANN, PeerId.ofNode("carol"), BINDING),
            agree(sessions, ofBob, annsShare, BOB, ANN, BINDING)));
  }

  @Test
  void namesThatChangedPlacesOpenNothing() {
    Ephemeral ofAnn = sessions.begin();
    Ephemeral ofBob = sessions.begin();
    byte[] annsShare = ofAnn.share();

    assertNothingOpens(
        new Ends(
            agree(sessions, ofAnn, ofBob.share(), ANN, BOB, BINDING),
            agree(sessions, ofBob, annsShare, ANN, BOB, BINDING)));
  }

  @Test
  void namesAreToldApartToTheLastCodeUnit() {
    Ephemeral ofAnn = sessions.begin();
    Ephemeral ofBob = sessions.begin();
    byte[] annsShare = ofAnn.share();

    assertNothingOpens(
        new Ends(
            agree(sessions, ofAnn, ofBob.share(), ANN, new PeerId("\ud800"), BINDING),
            agree(sessions, ofBob, annsShare, new PeerId("\ud801"), ANN, BINDING)));
  }

  @Test
  void whoPutsOwnSharesInNeedsTheMnemonic() {
    AccountSessions mallory = new AccountSessions(key(3), AesGcm.jdk());
    Ephemeral ofAnn = sessions.begin();
    Ephemeral malloryAsBob = mallory.begin();

    byte[] annsShare = ofAnn.share();
    assertNothingOpens(
        new Ends(
            agree(sessions, ofAnn, malloryAsBob.share(), ANN, BOB, BINDING),
            agree(mallory, malloryAsBob, annsShare, BOB, ANN, BINDING)));
  }

  @Test
  void aMnemonicThatLeaksLaterOpensNoRecordedSession() {
    Ephemeral ofAnn = sessions.begin();
    Ephemeral ofBob = sessions.begin();
    byte[] annsShare = ofAnn.share();
    byte[] recorded = seal(agree(sessions, ofAnn, ofBob.share(), ANN, BOB, BINDING), "recorded");

    // All of it is known but Bob's private key: the account's key, shares, names and binding.
    Ephemeral guess = new Ephemeral(ofBob.share(), sessions.begin().takePrivateKey());
    SessionKeys later = agree(sessions, guess, annsShare, BOB, ANN, BINDING);

    assertThat(refusal(later, recorded)).isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
  }

  @Test
  void aShareIsGoodForOneSession() {
    Ephemeral ofAnn = sessions.begin();
    byte[] theirs = sessions.begin().share();
    agree(sessions, ofAnn, theirs, ANN, BOB, BINDING).close();

    assertThatThrownBy(() -> sessions.agree(ofAnn, theirs, ANN, BOB, BINDING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one session only");
  }

  @Test
  void everyShareIsAnother() {
    Set<String> halves =
        List.of(sessions.begin(), sessions.begin(), sessions.begin()).stream()
            .map(made -> HexFormat.of().formatHex(made.share()))
            .flatMap(share -> List.of(share.substring(0, 64), share.substring(64)).stream())
            .collect(Collectors.toSet());

    assertThat(halves).hasSize(6);
  }

  // --- frames ---

  @Test
  void aFrameIsOpenedOnce() throws EnvelopeException {
    byte[] first = seal(ends.ann(), "first");
    byte[] second = seal(ends.ann(), "second");
    assertThat(open(ends.bob(), first)).isEqualTo("first");

    assertThat(refusal(ends.bob(), first)).isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
    assertThat(open(ends.bob(), second)).isEqualTo("second");
  }

  @Test
  void aFrameOfAnotherSessionIsRefused() {
    byte[] yesterday = seal(ends.ann(), "yesterday");
    Ends today = ends(sessions, sessions);

    assertThat(refusal(today.bob(), yesterday)).isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
  }

  @Test
  void framesThatChangedPlacesAreRefused() throws EnvelopeException {
    byte[] first = seal(ends.ann(), "first");
    byte[] second = seal(ends.ann(), "second");

    assertThat(refusal(ends.bob(), second)).isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
    assertThat(open(ends.bob(), first)).isEqualTo("first");
  }

  @Test
  void afterAFrameThatWasDroppedNothingOpens() {
    seal(ends.ann(), "dropped");

    for (int i = 0; i < 5; i++) {
      assertThat(refusal(ends.bob(), seal(ends.ann(), "after it")))
          .isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
    }
  }

  @Test
  void aFrameThatIsSentBackIsRefused() {
    byte[] own = seal(ends.ann(), "to bob");

    assertThat(refusal(ends.ann(), own)).isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
  }

  @Test
  void aFrameThatWasCutOrGrewIsRefused() throws EnvelopeException {
    byte[] frame = seal(ends.ann(), "attack at dawn");
    for (int length = 1; length < frame.length; length++) {
      assertThat(refusal(ends.bob(), Arrays.copyOf(frame, length)))
          .isEqualTo(
              length < Sessions.OVERHEAD_BYTES
                  ? EnvelopeException.Reason.TRUNCATED
                  : EnvelopeException.Reason.NOT_AUTHENTIC);
    }
    assertThat(refusal(ends.bob(), Arrays.copyOf(frame, frame.length + 1)))
        .isEqualTo(EnvelopeException.Reason.NOT_AUTHENTIC);
    assertThat(refusal(ends.bob(), new byte[0])).isEqualTo(EnvelopeException.Reason.EMPTY);
    assertThat(refusal(ends.bob(), new byte[Sessions.MAX_FRAME_BYTES + 1]))
        .isEqualTo(EnvelopeException.Reason.TOO_LONG);
    assertThat(open(ends.bob(), frame)).isEqualTo("attack at dawn");
  }

  @Test
  void everyBitOfAFrameCounts() throws EnvelopeException {
    byte[] frame = seal(ends.ann(), "attack at dawn");
    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] changed = frame.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(refusal(ends.bob(), changed))
          .isEqualTo(
              bit > 0 && bit < 8
                  ? EnvelopeException.Reason.UNKNOWN_HEADER
                  : EnvelopeException.Reason.NOT_AUTHENTIC);
    }
    assertThat(open(ends.bob(), frame)).isEqualTo("attack at dawn");
  }

  @Test
  void whatIsNoFragmentIsNotSealed() {
    byte[] bytes = new byte[Sessions.MAX_FRAME_BYTES];

    assertThatThrownBy(() -> sessions.seal(ends.ann(), (byte) 2, bytes, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sessions.seal(ends.ann(), (byte) 0, bytes, 0, bytes.length))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sessions.seal(ends.ann(), (byte) 0, bytes, 1, bytes.length))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sessions.seal(ends.ann(), (byte) 0, bytes, -1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(ends.ann().sending().frames()).isZero();
  }

  // --- the next key ---

  @Test
  void bothEndsGoOverToTheNextKeyTogether() throws EnvelopeException {
    skip(ends.ann().sending(), Sessions.FRAMES_A_KEY - 1);
    skip(ends.bob().receiving(), Sessions.FRAMES_A_KEY - 1);
    byte[] before = ends.ann().sending().key();

    byte[] last = seal(ends.ann(), "last of the first key");
    byte[] next = seal(ends.ann(), "first of the next");
    assertThat(ends.ann().sending().key()).isNotEqualTo(before);
    assertThat(ends.bob().receiving().key()).isEqualTo(before);
    assertThat(open(ends.bob(), last)).isEqualTo("last of the first key");
    assertThat(open(ends.bob(), next)).isEqualTo("first of the next");

    assertThat(ends.bob().receiving().key()).isEqualTo(ends.ann().sending().key());
    assertThat(ends.bob().receiving().frames()).isEqualTo(Sessions.FRAMES_A_KEY + 1);
    assertThat(ends.bob().sending().frames()).isZero();
  }

  private static void skip(TrafficKey key, long frames) {
    while (key.frames() < frames) {
      key.count();
    }
  }

  @Test
  void everyStretchHasAKeyOfItsOwnInEachDirection() throws EnvelopeException {
    AccountSessions often = new AccountSessions(key(1), AesGcm.jdk(), 3, Sessions.MAX_FRAMES);
    Ends two = ends(often, often);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] plain = {(byte) i};
      assertThat(often.open(two.bob(), often.seal(two.ann(), (byte) 0, plain, 0, 1)).bytes())
          .isEqualTo(plain);
      assertThat(often.open(two.ann(), often.seal(two.bob(), (byte) 0, plain, 0, 1)).bytes())
          .isEqualTo(plain);
      keys.add(HexFormat.of().formatHex(two.ann().sending().key()));
      keys.add(HexFormat.of().formatHex(two.ann().receiving().key()));
    }

    assertThat(Set.copyOf(keys)).hasSize(2 * 7);
  }

  @Test
  void aFrameOfTheOldKeyIsRefusedAfterTheNextOneBegan() throws EnvelopeException {
    AccountSessions often = new AccountSessions(key(1), AesGcm.jdk(), 1, Sessions.MAX_FRAMES);
    Ends two = ends(often, often);
    byte[] old = often.seal(two.ann(), (byte) 0, new byte[1], 0, 1);
    often.open(two.bob(), old);

    assertThatThrownBy(() -> often.open(two.bob(), old)).isInstanceOf(EnvelopeException.class);
  }

  @Test
  void aSessionEndsBeforeItsNumbersDo() throws EnvelopeException {
    AccountSessions few = new AccountSessions(key(1), AesGcm.jdk(), 2, 3);
    AccountSessions more = new AccountSessions(key(1), AesGcm.jdk(), 2, Sessions.MAX_FRAMES);
    Ends two = ends(few, more);
    for (int i = 0; i < 3; i++) {
      few.open(two.ann(), more.seal(two.bob(), (byte) 0, new byte[1], 0, 1));
      few.seal(two.ann(), (byte) 0, new byte[1], 0, 1);
    }

    assertThatThrownBy(() -> few.seal(two.ann(), (byte) 0, new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("connect again");
    assertThatThrownBy(() -> few.open(two.ann(), more.seal(two.bob(), (byte) 0, new byte[1], 0, 1)))
        .isInstanceOfSatisfying(
            EnvelopeException.class,
            e -> assertThat(e.reason()).isEqualTo(EnvelopeException.Reason.EXHAUSTED));
    assertThat(two.ann().sending().frames()).isEqualTo(3);
  }

  /** Two frames under one key and nonce would give both away. */
  @RepeatedTest(50)
  void threadsThatSealAtOnceNeverShareANonce() throws Exception {
    Callable<List<String>> seal =
        () -> {
          List<String> sealed = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            sealed.add(HexFormat.of().formatHex(seal(ends.ann(), "the same")));
          }
          return sealed;
        };
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<String> all = new ArrayList<>();
      for (Future<List<String>> some : pool.invokeAll(List.of(seal, seal))) {
        all.addAll(some.get());
      }
      assertThat(Set.copyOf(all)).hasSize(400);
      assertThat(ends.ann().sending().frames()).isEqualTo(400);
    } finally {
      pool.shutdownNow();
    }
  }

  // --- swapping, closing, showing ---

  @Test
  void aSessionOutlivesTheServiceThatBeganIt() throws Exception {
    WipeableKey before = key(1);
    AccountSessions leaving = new AccountSessions(before, AesGcm.jdk());
    Ephemeral ofAnn = leaving.begin();
    Ephemeral ofBob = leaving.begin();
    byte[] annsShare = ofAnn.share();
    SessionKeys bob = leaving.agree(ofBob, annsShare, BOB, ANN, BINDING);
    byte[] hello = leaving.seal(bob, (byte) 0, new byte[] {7}, 0, 1);
    before.destroy();

    AccountSessions next = new AccountSessions(key(1), AesGcm.bouncyCastle());
    SessionKeys ann = next.agree(ofAnn, ofBob.share(), ANN, BOB, BINDING);
    assertThat(next.open(ann, hello).bytes()).containsExactly(7);
    assertThat(next.open(ann, leaving.seal(bob, (byte) 0, new byte[] {8}, 0, 1)).bytes())
        .containsExactly(8);
    assertThat(next.open(ann, next.seal(bob, (byte) 0, new byte[] {9}, 0, 1)).bytes())
        .containsExactly(9);
    assertThatThrownBy(
            () -> leaving.agree(leaving.begin(), next.begin().share(), ANN, BOB, BINDING))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closedKeysAreWiped() {
    byte[] key = new byte[32];
    byte[] next = new byte[32];
    Arrays.fill(key, (byte) 1);
    Arrays.fill(next, (byte) 2);
    TrafficKey traffic = new TrafficKey(key, next);
    byte[] frame = seal(ends.ann(), "late");
    ends.ann().close();
    ends.bob().close();

    assertThat(key).containsOnly(0);
    assertThat(next).containsOnly(0);
    assertThat(traffic.key()).containsOnly(1);
    assertThatThrownBy(() -> seal(ends.ann(), "late")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open(ends.bob(), frame)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ends.ann().sending().key()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ends.ann().sending().next()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ends.ann().sending().count())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aHandshakeThatIsGivenUpIsWiped() {
    byte[] privateKey = new byte[Ephemeral.KEY_BYTES];
    Arrays.fill(privateKey, (byte) 1);
    Ephemeral given = new Ephemeral(new byte[Ephemeral.SHARE_BYTES], privateKey);

    given.close();
    given.close();

    assertThat(privateKey).containsOnly(0);
    assertThatThrownBy(given::takePrivateKey).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingSecretIsShownOrWrittenOut() throws EnvelopeException {
    Ephemeral ephemeral = sessions.begin();
    Sessions.Opened opened = sessions.open(ends.bob(), seal(ends.ann(), "secret"));

    assertThat(ephemeral).hasToString("Ephemeral").isNotInstanceOf(Serializable.class);
    assertThat(ends.ann()).isNotInstanceOf(Serializable.class);
    assertThat(ends.ann().toString()).matches("SessionKeys\\[first=(true|false)]");
    assertThat(ends.ann().sending()).hasToString("TrafficKey").isNotInstanceOf(Serializable.class);
    assertThat(opened).hasToString("Opened[more=false, 6 bytes]");
  }

  @Test
  void keysOfAnotherLengthAreRefused() {
    assertThatThrownBy(() -> new TrafficKey(new byte[32], new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Ephemeral(new byte[63], new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Ephemeral(new byte[64], new byte[33]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
