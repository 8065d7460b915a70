// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.agreement.jpake.JPAKEParticipant;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroup;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroups;
import org.bouncycastle.crypto.agreement.jpake.JPAKERound1Payload;
import org.bouncycastle.crypto.agreement.jpake.JPAKERound2Payload;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.util.BigIntegers;
import org.chroniclesync.api.crypto.CodeAgreement;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.support.Transcript;
import org.jspecify.annotations.Nullable;

/**
 * J-PAKE (RFC 8236) in the subgroup of 256 bits of a prime of 3,072, with keys that depend on all
 * that was said. Each number has the length of the greatest, so each message has one length.
 * (Bouncy Castle has elliptic curves for it, too, but nobody else can make its proofs from bytes.)
 */
final class JpakeAgreement implements CodeAgreement {
  private static final String LABEL = "chroniclesync pairing 1";
  private static final int KEY_BYTES = 32;
  private static final int ELEMENT_BYTES = 384;
  private static final int EXPONENT_BYTES = 32;
  private static final int PROOF_BYTES = ELEMENT_BYTES + EXPONENT_BYTES;
  static final int FIRST_BYTES = 2 * ELEMENT_BYTES + 2 * PROOF_BYTES;
  static final int SECOND_BYTES = ELEMENT_BYTES + PROOF_BYTES;
  private static final JPAKEPrimeOrderGroup GROUP = JPAKEPrimeOrderGroups.NIST_3072;

  /** What both sides know before they meet, and their names. */
  record Meeting(boolean inviting, RoomId room, PeerId inviter, PeerId joiner, String words) {
    String self() {
      return (inviting ? inviter : joiner).value();
    }

    String peer() {
      return (inviting ? joiner : inviter).value();
    }

    /** Returns nothing of the words. */
    @Override
    public String toString() {
      return "Meeting";
    }
  }

  private record Keys(
      WipeableKey ownProof, WipeableKey theirProof, WipeableKey sending, WipeableKey receiving) {
    void destroy() {
      ownProof.destroy();
      theirProof.destroy();
      sending.destroy();
      receiving.destroy();
    }
  }

  private final Meeting meeting;
  private final AesGcm cipher;
  private final JPAKEParticipant participant;
  private final byte[] ownFirst;
  private byte[] theirFirst = new byte[0];
  private byte @Nullable [] ownSecond;
  private @Nullable Keys keys;
  private long sealed;
  private long opened;
  private boolean over;

  JpakeAgreement(Meeting meeting, AesGcm cipher, SecureRandom random) {
    this.meeting = meeting;
    this.cipher = cipher;
    char[] words = meeting.words().toCharArray();
    participant = new JPAKEParticipant(meeting.self(), words, GROUP, new SHA256Digest(), random);
    Arrays.fill(words, '\0');
    ownFirst = bytes(participant.createRound1PayloadToSend());
  }

  @Override
  public byte[] first() {
    return ownFirst.clone();
  }

  @Override
  public boolean takeFirst(byte[] theirs) {
    require(theirFirst.length == 0);
    try {
      participant.validateRound1PayloadReceived(first(meeting.peer(), theirs));
      theirFirst = theirs.clone();
      return true;
    } catch (CryptoException | IllegalArgumentException e) {
      return refused();
    }
  }

  @Override
  public byte[] second() {
    require(theirFirst.length > 0);
    byte[] made = ownSecond;
    if (made == null) {
      made = bytes(participant.createRound2PayloadToSend());
      ownSecond = made;
    }
    return made.clone();
  }

  @Override
  public boolean takeSecond(byte[] theirs) {
    byte[] own = second();
    require(keys == null);
    try {
      participant.validateRound2PayloadReceived(second(meeting.peer(), theirs));
      keys = keys(participant.calculateKeyingMaterial(), own, theirs);
      return true;
    } catch (CryptoException | IllegalArgumentException e) {
      return refused();
    }
  }

  private boolean refused() {
    over = true;
    return false;
  }

  private void require(boolean turn) {
    if (over || !turn) {
      throw new IllegalStateException("it is not the turn of this step, or the agreement is over");
    }
  }

  private Keys agreed() {
    Keys now = keys;
    if (over || now == null) {
      throw new IllegalStateException("there is no key yet, or the agreement is over");
    }
    return now;
  }

  /** All that was said goes into the keys, the inviter's before the joiner's. */
  private Keys keys(BigInteger shared, byte[] own, byte[] theirs) {
    boolean inviting = meeting.inviting();
    byte[] said =
        new Transcript(LABEL)
            .add(meeting.room().value())
            .add(meeting.inviter().value())
            .add(meeting.joiner().value())
            .add(inviting ? ownFirst : theirFirst)
            .add(inviting ? theirFirst : ownFirst)
            .add(inviting ? own : theirs)
            .add(inviting ? theirs : own)
            .bytes();
    byte[] secret = BigIntegers.asUnsignedByteArray(ELEMENT_BYTES, shared);
    byte[] parent = Hkdf.extract(Digests.sha256(said), secret);
    try {
      WipeableKey inviterProof = child(parent, "inviter confirms");
      WipeableKey joinerProof = child(parent, "joiner confirms");
      WipeableKey inviterSeals = child(parent, "inviter seals");
      WipeableKey joinerSeals = child(parent, "joiner seals");
      return inviting
          ? new Keys(inviterProof, joinerProof, inviterSeals, joinerSeals)
          : new Keys(joinerProof, inviterProof, joinerSeals, inviterSeals);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(parent, (byte) 0);
    }
  }

  private static WipeableKey child(byte[] parent, String label) {
    return new WipeableKey(Hkdf.expand(parent, LABEL + " " + label, KEY_BYTES));
  }

  // The keys depend on all that was said, so the proof need not repeat it.

  @Override
  public byte[] confirmation() {
    return proof(agreed().ownProof());
  }

  @Override
  public boolean isConfirmed(byte[] theirs) {
    return MessageDigest.isEqual(proof(agreed().theirProof()), theirs);
  }

  private static byte[] proof(WipeableKey key) {
    byte[] secret = key.getEncoded();
    try {
      return Hkdf.expand(secret, LABEL + " confirmation", CONFIRMATION_BYTES);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  @Override
  public byte[] seal(byte[] message) {
    Keys now = agreed();
    byte[] out = new byte[message.length + AesGcm.TAG_BYTES];
    cipher.seal(now.sending(), nonce(sealed++), message, out, 0);
    return out;
  }

  @Override
  public byte[] open(byte[] bytes) throws EnvelopeException {
    Keys now = agreed();
    try {
      if (bytes.length >= AesGcm.TAG_BYTES) {
        return cipher.open(now.receiving(), nonce(opened++), 0, bytes, 0, bytes.length);
      }
    } catch (AEADBadTagException e) {
      over = true;
      throw new EnvelopeException(
          EnvelopeException.Reason.NOT_AUTHENTIC, "the tag of a message is wrong", e);
    }
    over = true;
    throw new EnvelopeException(
        EnvelopeException.Reason.TRUNCATED, "a message is shorter than its tag", null);
  }

  private static byte[] nonce(long number) {
    return ByteBuffer.allocate(AesGcm.IV_BYTES).putInt(0).putLong(number).array();
  }

  @Override
  public void close() {
    over = true;
    Keys now = keys;
    if (now != null) {
      now.destroy();
    }
  }

  // --- Bytes ------------------------------------------------------------------------------------

  private static byte[] bytes(JPAKERound1Payload payload) {
    ByteBuffer out = ByteBuffer.allocate(FIRST_BYTES);
    putElement(out, payload.getGx1());
    putElement(out, payload.getGx2());
    putProof(out, payload.getKnowledgeProofForX1());
    putProof(out, payload.getKnowledgeProofForX2());
    return out.array();
  }

  private static byte[] bytes(JPAKERound2Payload payload) {
    ByteBuffer out = ByteBuffer.allocate(SECOND_BYTES);
    putElement(out, payload.getA());
    putProof(out, payload.getKnowledgeProofForX2s());
    return out.array();
  }

  private static void putElement(ByteBuffer out, BigInteger element) {
    out.put(BigIntegers.asUnsignedByteArray(ELEMENT_BYTES, element));
  }

  private static void putProof(ByteBuffer out, BigInteger[] proof) {
    putElement(out, proof[0]);
    out.put(BigIntegers.asUnsignedByteArray(EXPONENT_BYTES, proof[1]));
  }

  private static JPAKERound1Payload first(String peer, byte[] bytes) {
    ByteBuffer in = exactly(FIRST_BYTES, bytes);
    BigInteger one = number(in, ELEMENT_BYTES);
    BigInteger two = number(in, ELEMENT_BYTES);
    return new JPAKERound1Payload(peer, one, two, proof(in), proof(in));
  }

  private static JPAKERound2Payload second(String peer, byte[] bytes) {
    ByteBuffer in = exactly(SECOND_BYTES, bytes);
    return new JPAKERound2Payload(peer, number(in, ELEMENT_BYTES), proof(in));
  }

  private static ByteBuffer exactly(int length, byte[] bytes) {
    if (bytes.length != length) {
      throw new IllegalArgumentException("a message of another length");
    }
    return ByteBuffer.wrap(bytes);
  }

  private static BigInteger[] proof(ByteBuffer in) {
    return new BigInteger[] {number(in, ELEMENT_BYTES), number(in, EXPONENT_BYTES)};
  }

  private static BigInteger number(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new BigInteger(1, bytes);
  }
}
