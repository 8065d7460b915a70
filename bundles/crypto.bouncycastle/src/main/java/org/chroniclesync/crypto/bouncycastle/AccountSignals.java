// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.support.Transcript;

/**
 * Signals by AES-256-GCM under a key of their own: IV, ciphertext, tag. What is encrypted is filled
 * up, so that a length says little.
 */
final class AccountSignals implements SignalSeals {
  private static final String LABEL = "chroniclesync v2 signal";
  private static final int OVERHEAD_BYTES = AesGcm.IV_BYTES + AesGcm.TAG_BYTES;

  /** What a filled-up signal is a multiple of. */
  private static final int BLOCK_BYTES = 256;

  /** Stands behind the signal; only zeros follow. */
  private static final byte END = (byte) 0x80;

  private final WipeableKey key;
  private final AesGcm cipher;
  private final RoomId room;
  private final long maxSignals;
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong signals = new AtomicLong();

  AccountSignals(WipeableKey key, AesGcm cipher, RoomId room) {
    this(key, cipher, room, MAX_SIGNALS);
  }

  AccountSignals(WipeableKey key, AesGcm cipher, RoomId room, long maxSignals) {
    this.key = key;
    this.cipher = cipher;
    this.room = room;
    this.maxSignals = maxSignals;
  }

  @Override
  public String seal(byte[] signal, PeerId from, PeerId to) {
    key.check();
    if (signal.length > MAX_SIGNAL_BYTES) {
      throw new IllegalArgumentException(
          "a signal of " + signal.length + " bytes; at most " + MAX_SIGNAL_BYTES + " are allowed");
    }
    if (signals.getAndUpdate(n -> Math.min(n + 1, maxSignals)) >= maxSignals) {
      throw new IllegalStateException(
          maxSignals
              + " signals were sealed with this key, which is the safe maximum; restart the node");
    }
    byte[] iv = new byte[AesGcm.IV_BYTES];
    random.nextBytes(iv);
    return seal(iv, signal, from, to);
  }

  /** Seals with an IV that was never used. */
  String seal(byte[] iv, byte[] signal, PeerId from, PeerId to) {
    byte[] filled = fill(signal);
    byte[] aad = associated(from, to);
    byte[] sealed = Arrays.copyOf(iv, OVERHEAD_BYTES + filled.length);
    cipher.seal(key, iv, aad, aad.length, filled, 0, filled.length, sealed, iv.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  @Override
  public byte[] open(String sealed, PeerId from, PeerId to) throws EnvelopeException {
    key.check();
    byte[] bytes = decode(sealed);
    if (bytes.length < OVERHEAD_BYTES) {
      throw refuse(EnvelopeException.Reason.TRUNCATED, "the signal is shorter than IV and tag");
    }
    byte[] aad = associated(from, to);
    int dataBytes = bytes.length - AesGcm.IV_BYTES;
    try {
      return strip(cipher.open(key, bytes, 0, aad, aad.length, bytes, AesGcm.IV_BYTES, dataBytes));
    } catch (AEADBadTagException e) {
      throw new EnvelopeException(
          EnvelopeException.Reason.NOT_AUTHENTIC,
          "the tag is wrong: the signal was sealed by or for somebody else",
          e);
    }
  }

  private static byte[] decode(String sealed) throws EnvelopeException {
    if (sealed.length() > Signal.MAX_SEALED_CHARS) {
      throw refuse(
          EnvelopeException.Reason.TOO_LONG,
          "the signal has more than " + Signal.MAX_SEALED_CHARS + " characters");
    }
    try {
      return Base64.getUrlDecoder().decode(sealed);
    } catch (IllegalArgumentException e) {
      throw refuse(EnvelopeException.Reason.NOT_ENCODED, "the signal is not base64url");
    }
  }

  private byte[] associated(PeerId from, PeerId to) {
    return new Transcript(LABEL).add(room.value()).add(from.value()).add(to.value()).bytes();
  }

  private static byte[] fill(byte[] signal) {
    int blocks = signal.length / BLOCK_BYTES + 1;
    byte[] filled = Arrays.copyOf(signal, blocks * BLOCK_BYTES);
    filled[signal.length] = END;
    return filled;
  }

  private static byte[] strip(byte[] filled) throws EnvelopeException {
    int end = filled.length - 1;
    while (end >= 0 && filled[end] == 0) {
      end--;
    }
    if (end < 0 || filled[end] != END) {
      throw refuse(EnvelopeException.Reason.TRUNCATED, "the signal has no end");
    }
    return Arrays.copyOf(filled, end);
  }

  private static EnvelopeException refuse(EnvelopeException.Reason reason, String sentence) {
    return new EnvelopeException(reason, sentence, null);
  }
}
