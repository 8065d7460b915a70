// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.core.base.DeviceProof;
import org.chroniclesync.core.base.LeasedService;
import org.jspecify.annotations.Nullable;

/**
 * Signals between two nodes, sealed so that whoever carries them sees neither descriptions nor
 * addresses, and makes none up. Stateless.
 *
 * @param self this node
 * @param peer the other
 * @param identities who seals
 */
record SignalSealing(PeerId self, PeerId peer, LeasedService<Identity> identities) {
  private static final byte OFFER = 1;
  private static final byte ANSWER = 2;
  private static final byte CANDIDATE = 3;
  private static final byte QUESTION = 4;
  private static final byte VIEW = 5;

  /** A bit in the number of an offer or answer: whoever makes it answers questions. */
  private static final int ANSWERS = 1;

  /** What became of a sealed signal. */
  sealed interface Opened {
    /**
     * It was sealed by a device with the same mnemonic.
     *
     * @param signal the signal
     * @param answers whether the peer says that it answers questions
     */
    record Signalled(Signal signal, boolean answers) implements Opened {}

    /**
     * It asks for this device's view of the attempts to connect.
     *
     * @param number of the question
     */
    record Asked(int number) implements Opened {}

    /**
     * It tells the peer's view.
     *
     * @param number of the question
     * @param attempts what it tells
     */
    record Told(int number, List<PeerAttempt> attempts) implements Opened {}

    /** It was, but is of a kind that only later versions know. */
    record Unknown() implements Opened {}

    /** It was not, or is no signal. */
    record Refused() implements Opened {}

    /** Nobody is there now who could open it. */
    record NotNow() implements Opened {}
  }

  /** Returns the signal sealed, or null if nobody is there now who could. */
  Signal.@Nullable Sealed seal(Signal signal) {
    return sealed(bytes(signal));
  }

  /** Returns a question for the peer's view sealed, or null. */
  Signal.@Nullable Sealed question(int number) {
    return sealed(bytes(QUESTION, number));
  }

  /** Returns this device's view sealed, or null. */
  Signal.@Nullable Sealed view(int number, List<PeerAttempt> attempts, Instant now) {
    return sealed(ViewBytes.of(VIEW, number, attempts, now));
  }

  private Signal.@Nullable Sealed sealed(byte[] signal) {
    try (LeasedService.Lease<Identity> identity = identities.leaseNow()) {
      return identity == null ? null : seal(signal, identity.service());
    } catch (IllegalStateException e) {
      return null; // whoever has the device's key is just leaving
    }
  }

  /** Seals the bytes of a signal, of whatever kind. */
  Signal.Sealed seal(byte[] signal, Identity identity) {
    byte[] proof = DeviceProof.of(identity, DeviceProof.signal(self, peer, signal));
    byte[] proven =
        ByteBuffer.allocate(proof.length + signal.length).put(proof).put(signal).array();
    return new Signal.Sealed(identity.signals().seal(proven, self, peer));
  }

  Opened open(Signal.Sealed sealed) {
    try (LeasedService.Lease<Identity> identity = identities.leaseNow()) {
      return identity == null ? new Opened.NotNow() : open(sealed, identity.service());
    } catch (EnvelopeException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException
        | BufferUnderflowException e) {
      return new Opened.Refused();
    }
  }

  private Opened open(Signal.Sealed sealed, Identity identity) throws EnvelopeException {
    byte[] proven = identity.signals().open(sealed.data(), peer, self);
    byte[] proof = Arrays.copyOf(proven, DeviceProof.BYTES);
    byte[] signal = Arrays.copyOfRange(proven, DeviceProof.BYTES, proven.length);
    return DeviceProof.isRight(identity, peer, DeviceProof.signal(peer, self, signal), proof)
        ? opened(signal)
        : new Opened.Refused();
  }

  private static byte[] bytes(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return bytes(OFFER, ANSWERS, offer.sdp());
    }
    if (signal instanceof Signal.Answer answer) {
      return bytes(ANSWER, ANSWERS, answer.sdp());
    }
    if (signal instanceof Signal.Candidate candidate) {
      String mid = candidate.sdpMid() == null ? "" : candidate.sdpMid();
      return bytes(CANDIDATE, candidate.sdpMLineIndex(), mid, candidate.candidate());
    }
    throw new IllegalArgumentException("a signal that is sealed already");
  }

  private static byte[] bytes(byte kind, int number, String... texts) {
    int length = 1 + Integer.BYTES;
    byte[][] all = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      all[i] = texts[i].getBytes(UTF_8);
      length += Integer.BYTES + all[i].length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).put(kind).putInt(number);
    for (byte[] text : all) {
      bytes.putInt(text.length).put(text);
    }
    return bytes.array();
  }

  private static Opened opened(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    byte kind = from.get();
    return switch (kind) {
      case OFFER, ANSWER, CANDIDATE -> {
        int number = from.getInt();
        boolean answers = kind != CANDIDATE && (number & ANSWERS) != 0;
        yield new Opened.Signalled(signal(kind, number, from), answers);
      }
      case QUESTION -> new Opened.Asked(from.getInt());
      case VIEW -> new Opened.Told(from.getInt(), ViewBytes.read(from, Instant.now()));
      default -> new Opened.Unknown();
    };
  }

  private static Signal signal(byte kind, int number, ByteBuffer from) {
    return switch (kind) {
      case OFFER -> new Signal.Offer(text(from), true);
      case ANSWER -> new Signal.Answer(text(from));
      default -> new Signal.Candidate(text(from), number, text(from));
    };
  }

  private static String text(ByteBuffer from) {
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    byte[] text = new byte[length];
    from.get(text);
    return new String(text, UTF_8);
  }
}
