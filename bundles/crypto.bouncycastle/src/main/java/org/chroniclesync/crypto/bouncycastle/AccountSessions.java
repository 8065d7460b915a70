// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.crypto.TrafficKey;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.support.Transcript;
import org.chroniclesync.api.transport.ChannelBinding;

/**
 * Sessions by X25519, HKDF-SHA256 and AES-256-GCM. Only the beginning of a session needs the
 * account's key: its frames need none but their own.
 */
final class AccountSessions implements Sessions {
  private static final String HANDSHAKE = "chroniclesync v2 handshake";
  private static final String FIRST = "chroniclesync v2 first";
  private static final String SECOND = "chroniclesync v2 second";
  private static final String TRAFFIC = "chroniclesync v2 traffic";
  private static final int HEADER_BYTES = 1;

  private final WipeableKey account;
  private final AesGcm cipher;
  private final long framesAKey;
  private final long maxFrames;
  private final SecureRandom random = new SecureRandom();

  /**
   * Serves an account.
   *
   * @param account the account's key for sessions
   */
  AccountSessions(WipeableKey account, AesGcm cipher) {
    this(account, cipher, FRAMES_A_KEY, MAX_FRAMES);
  }

  AccountSessions(WipeableKey account, AesGcm cipher, long framesAKey, long maxFrames) {
    this.account = account;
    this.cipher = cipher;
    this.framesAKey = framesAKey;
    this.maxFrames = maxFrames;
  }

  @Override
  public Ephemeral begin() {
    byte[] privateKey = new byte[Ephemeral.KEY_BYTES];
    X25519.generatePrivateKey(random, privateKey);
    byte[] nonce = new byte[Ephemeral.NONCE_BYTES];
    random.nextBytes(nonce);
    return begin(nonce, privateKey);
  }

  static Ephemeral begin(byte[] nonce, byte[] privateKey) {
    byte[] share = Arrays.copyOf(nonce, Ephemeral.SHARE_BYTES);
    X25519.generatePublicKey(privateKey, 0, share, Ephemeral.NONCE_BYTES);
    return new Ephemeral(share, privateKey);
  }

  @Override
  public SessionKeys agree(
      Ephemeral ours, byte[] theirs, PeerId self, PeerId peer, ChannelBinding binding)
      throws HandshakeException {
    byte[] privateKey = ours.takePrivateKey();
    try {
      byte[] share = ours.share();
      check(share, theirs, binding);
      boolean first = Arrays.compareUnsigned(share, theirs) < 0;
      byte[] transcript =
          first
              ? transcript(share, theirs, self, peer, binding)
              : transcript(theirs, share, peer, self, binding);
      return keys(first, transcript, secret(privateKey, theirs));
    } finally {
      Arrays.fill(privateKey, (byte) 0);
    }
  }

  private static void check(byte[] ours, byte[] theirs, ChannelBinding binding)
      throws HandshakeException {
    if (theirs.length != Ephemeral.SHARE_BYTES) {
      throw new HandshakeException(
          HandshakeException.Reason.WRONG_LENGTH,
          "the peer's share has " + theirs.length + " bytes, not " + Ephemeral.SHARE_BYTES);
    }
    int nonce = Ephemeral.NONCE_BYTES;
    if (Arrays.equals(ours, 0, nonce, theirs, 0, nonce)
        || Arrays.equals(ours, nonce, ours.length, theirs, nonce, theirs.length)) {
      throw new HandshakeException(
          HandshakeException.Reason.REFLECTED, "the peer sent our own share back");
    }
    if (binding.bytes().length == 0) {
      throw new HandshakeException(
          HandshakeException.Reason.UNBOUND,
          "the channel has no binding; its transport cannot carry version 2");
    }
  }

  static byte[] transcript(
      byte[] firstShare,
      byte[] secondShare,
      PeerId firstPeer,
      PeerId secondPeer,
      ChannelBinding binding) {
    return new Transcript(HANDSHAKE)
        .add(firstShare)
        .add(secondShare)
        .add(firstPeer.value())
        .add(secondPeer.value())
        .add(binding.bytes())
        .bytes();
  }

  /** Returns the secret of both private keys. */
  static byte[] secret(byte[] privateKey, byte[] share) throws HandshakeException {
    byte[] secret = new byte[Ephemeral.KEY_BYTES];
    if (!X25519.calculateAgreement(privateKey, 0, share, Ephemeral.NONCE_BYTES, secret, 0)) {
      throw new HandshakeException(
          HandshakeException.Reason.ZERO_SECRET,
          "the peer's public key makes the secret predictable");
    }
    return secret;
  }

  private SessionKeys keys(boolean first, byte[] transcript, byte[] shared) {
    byte[] accountKey = account.getEncoded();
    byte[] both = Arrays.copyOf(shared, shared.length + accountKey.length);
    System.arraycopy(accountKey, 0, both, shared.length, accountKey.length);
    byte[] session = Hkdf.extract(Digests.sha256(transcript), both);
    try {
      TrafficKey ofFirst = trafficKey(Hkdf.expand(session, FIRST, TrafficKey.KEY_BYTES));
      TrafficKey ofSecond = trafficKey(Hkdf.expand(session, SECOND, TrafficKey.KEY_BYTES));
      return first
          ? new SessionKeys(true, ofFirst, ofSecond)
          : new SessionKeys(false, ofSecond, ofFirst);
    } finally {
      wipe(accountKey, shared, both, session);
    }
  }

  private static TrafficKey trafficKey(byte[] secret) {
    byte[][] expanded = expand(secret);
    return new TrafficKey(expanded[0], expanded[1]);
  }

  /** Makes of a direction's secret, which is wiped, the key of its frames and the next secret. */
  private static byte[][] expand(byte[] secret) {
    byte[] both = Hkdf.expand(secret, TRAFFIC, 2 * TrafficKey.KEY_BYTES);
    byte[] key = Arrays.copyOf(both, TrafficKey.KEY_BYTES);
    byte[] next = Arrays.copyOfRange(both, TrafficKey.KEY_BYTES, both.length);
    wipe(secret, both);
    return new byte[][] {key, next};
  }

  @Override
  public byte[] seal(SessionKeys keys, byte header, byte[] bytes, int from, int length) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (length > MAX_FRAME_BYTES - OVERHEAD_BYTES) {
      throw new IllegalArgumentException(
          "a fragment of " + length + " bytes; a frame has at most " + MAX_FRAME_BYTES);
    }
    if ((header & ~MORE) != 0) {
      throw new IllegalArgumentException("header " + header);
    }
    byte[] frame = new byte[OVERHEAD_BYTES + length];
    frame[0] = header;
    TrafficKey traffic = keys.sending();
    synchronized (traffic) {
      long number = traffic.frames();
      if (number >= maxFrames) {
        throw new IllegalStateException(
            "the session had " + maxFrames + " frames, which is the maximum; connect again");
      }
      WipeableKey key = new WipeableKey(traffic.key());
      try {
        // Counted first: whatever happens now, the nonce is used up.
        count(traffic);
        cipher.seal(key, nonce(number), frame, HEADER_BYTES, bytes, from, length, frame, 1);
      } finally {
        key.destroy();
      }
    }
    return frame;
  }

  @Override
  public Opened open(SessionKeys keys, byte[] frame) throws EnvelopeException {
    checkForm(frame);
    TrafficKey traffic = keys.receiving();
    synchronized (traffic) {
      long number = traffic.frames();
      if (number >= maxFrames) {
        throw refuse(
            EnvelopeException.Reason.EXHAUSTED, "the session reached its maximum number of frames");
      }
      WipeableKey key = new WipeableKey(traffic.key());
      try {
        byte[] opened =
            cipher.open(
                key, nonce(number), 0, frame, HEADER_BYTES, frame, 1, frame.length - HEADER_BYTES);
        count(traffic);
        return new Opened((frame[0] & MORE) != 0, opened);
      } catch (AEADBadTagException e) {
        throw new EnvelopeException(
            EnvelopeException.Reason.NOT_AUTHENTIC, "the tag of frame " + number + " is wrong", e);
      } finally {
        key.destroy();
      }
    }
  }

  private static void checkForm(byte[] frame) throws EnvelopeException {
    if (frame.length == 0) {
      throw refuse(EnvelopeException.Reason.EMPTY, "the frame is empty");
    }
    if (frame.length > MAX_FRAME_BYTES) {
      throw refuse(
          EnvelopeException.Reason.TOO_LONG,
          "the frame has more than " + MAX_FRAME_BYTES + " bytes");
    }
    if ((frame[0] & ~MORE) != 0) {
      throw refuse(
          EnvelopeException.Reason.UNKNOWN_HEADER, "the header of the frame is " + frame[0]);
    }
    if (frame.length < OVERHEAD_BYTES) {
      throw refuse(
          EnvelopeException.Reason.TRUNCATED,
          "the frame has " + frame.length + " bytes, less than header and tag");
    }
  }

  private void count(TrafficKey traffic) {
    traffic.count();
    if (traffic.frames() % framesAKey == 0) {
      byte[][] expanded = expand(traffic.next());
      traffic.renew(expanded[0], expanded[1]);
    }
  }

  private static byte[] nonce(long number) {
    return ByteBuffer.allocate(AesGcm.IV_BYTES)
        .putLong(AesGcm.IV_BYTES - Long.BYTES, number)
        .array();
  }

  private static EnvelopeException refuse(EnvelopeException.Reason reason, String sentence) {
    return new EnvelopeException(reason, sentence, null);
  }

  private static void wipe(byte[]... secrets) {
    for (byte[] secret : secrets) {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
