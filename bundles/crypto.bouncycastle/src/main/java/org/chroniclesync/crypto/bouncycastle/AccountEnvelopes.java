// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Envelopes;

/** Version 1 envelopes under one key. */
final class AccountEnvelopes implements Envelopes {
  private static final byte[] HEAD = ascii(SealedFrame.HEAD);
  private static final byte[] MIDDLE = ascii(SealedFrame.MIDDLE);
  private static final byte[] TAIL = ascii(SealedFrame.TAIL);

  /** What a frame has besides the digits of the plaintext. */
  private static final int OVERHEAD_CHARS =
      SealedFrame.DATA_AT + 2 * AesGcm.TAG_BYTES + SealedFrame.TAIL.length();

  private final WipeableKey key;
  private final AesGcm cipher;
  private final long maxFrames;
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong frames = new AtomicLong();

  AccountEnvelopes(WipeableKey key, AesGcm cipher) {
    this(key, cipher, MAX_FRAMES);
  }

  AccountEnvelopes(WipeableKey key, AesGcm cipher, long maxFrames) {
    this.key = key;
    this.cipher = cipher;
    this.maxFrames = maxFrames;
  }

  /**
   * Seals a message.
   *
   * @throws IllegalArgumentException if the frame would be longer than any peer of ours opens
   */
  @Override
  public String seal(byte[] plaintext) {
    key.check();
    int longest = maxPlaintextBytes(SealedFrame.MAX_FRAME_CHARS);
    if (plaintext.length > longest) {
      throw new IllegalArgumentException(
          "a message of " + plaintext.length + " bytes; a frame takes at most " + longest);
    }
    count();
    byte[] iv = new byte[AesGcm.IV_BYTES];
    random.nextBytes(iv);
    return new String(frame(iv, plaintext), StandardCharsets.ISO_8859_1);
  }

  private byte[] frame(byte[] iv, byte[] plaintext) {
    int sealedBytes = plaintext.length + AesGcm.TAG_BYTES;
    byte[] frame = new byte[OVERHEAD_CHARS + 2 * plaintext.length];
    int sealedAt = SealedFrame.DATA_AT + sealedBytes;
    cipher.seal(key, iv, plaintext, frame, sealedAt);
    Hex.encode(frame, sealedAt, sealedBytes, SealedFrame.DATA_AT);

    System.arraycopy(HEAD, 0, frame, 0, HEAD.length);
    System.arraycopy(iv, 0, frame, HEAD.length + iv.length, iv.length);
    Hex.encode(frame, HEAD.length + iv.length, iv.length, HEAD.length);
    System.arraycopy(MIDDLE, 0, frame, HEAD.length + SealedFrame.IV_DIGITS, MIDDLE.length);
    System.arraycopy(TAIL, 0, frame, frame.length - TAIL.length, TAIL.length);
    return frame;
  }

  private void count() {
    if (frames.getAndUpdate(n -> Math.min(n + 1, maxFrames)) >= maxFrames) {
      throw new IllegalStateException(
          maxFrames
              + " frames were sealed with this key, which is the safe maximum; restart the node");
    }
  }

  @Override
  public byte[] open(String frame) throws EnvelopeException {
    key.check();
    SealedFrame sealed = SealedFrame.of(frame);
    try {
      return cipher.open(
          key, sealed.bytes(), sealed.ivAt(), sealed.bytes(), sealed.dataAt(), sealed.dataBytes());
    } catch (AEADBadTagException e) {
      throw new EnvelopeException(
          EnvelopeException.Reason.NOT_AUTHENTIC,
          "the tag is wrong: the frame was changed on the way, or the peer has another mnemonic",
          e);
    }
  }

  @Override
  public int maxPlaintextBytes(int maxFrameBytes) {
    int frame = Math.min(maxFrameBytes, SealedFrame.MAX_FRAME_CHARS);
    return Math.max(0, (frame - OVERHEAD_CHARS) / 2);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
