// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Signals between two nodes, sealed so that whoever carries them sees neither descriptions nor
 * addresses, and makes none up. Stateless.
 *
 * @param self this node
 * @param peer the other
 * @param identities who seals
 * @param patience how long to wait for one
 */
record SignalSealing(PeerId self, PeerId peer, Slot<Identity> identities, Duration patience) {
  private static final byte OFFER = 1;
  private static final byte ANSWER = 2;
  private static final byte CANDIDATE = 3;

  /** Returns the signal sealed, or null if there is nobody who could, now. */
  @Nullable Signal seal(Signal signal) {
    try (Slot.Lease<Identity> identity = identities.lease(patience)) {
      return identity == null
          ? null
          : new Signal.Sealed(identity.service().signals().seal(bytes(signal), self, peer));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Returns what was sealed, or null if it was not by a device with the same mnemonic. */
  @Nullable Signal open(Signal.Sealed sealed) {
    try (Slot.Lease<Identity> identity = identities.lease(patience)) {
      return identity == null
          ? null
          : signal(identity.service().signals().open(sealed.data(), peer, self));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (EnvelopeException | IllegalArgumentException | BufferUnderflowException e) {
      return null;
    }
  }

  private static byte[] bytes(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return bytes(OFFER, 0, offer.sdp());
    }
    if (signal instanceof Signal.Answer answer) {
      return bytes(ANSWER, 0, answer.sdp());
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

  private static Signal signal(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    byte kind = from.get();
    int number = from.getInt();
    return switch (kind) {
      case OFFER -> new Signal.Offer(text(from), true);
      case ANSWER -> new Signal.Answer(text(from));
      case CANDIDATE -> new Signal.Candidate(text(from), number, text(from));
      default -> throw new IllegalArgumentException("a signal of kind " + kind);
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
