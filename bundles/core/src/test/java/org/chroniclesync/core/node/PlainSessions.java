// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.crypto.TrafficKey;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelBinding;

/**
 * Sessions in the clear, behind a tag that depends on all that a session's keys depend on: what is
 * sealed is the crypto bundle's to test.
 */
public record PlainSessions(String secret) implements Sessions, SignalSeals {
  private static final int TAG_BYTES = OVERHEAD_BYTES - 1;

  @Override
  public Ephemeral begin() {
    byte[] share = new byte[Ephemeral.SHARE_BYTES];
    ThreadLocalRandom.current().nextBytes(share);
    return new Ephemeral(share, new byte[Ephemeral.KEY_BYTES]);
  }

  @Override
  public SessionKeys agree(
      Ephemeral ours, byte[] theirs, PeerId self, PeerId peer, ChannelBinding binding)
      throws HandshakeException {
    int order = Arrays.compareUnsigned(ours.share(), theirs);
    if (order == 0) {
      throw new HandshakeException(HandshakeException.Reason.REFLECTED, "It came back.");
    }
    boolean first = order < 0;
    byte[] one = first ? ours.share() : theirs;
    byte[] other = first ? theirs : ours.share();
    String names = first ? self + " " + peer : peer + " " + self;
    byte[] all = digest(secret.getBytes(UTF_8), one, other, names.getBytes(UTF_8), binding.bytes());
    TrafficKey there = new TrafficKey(digest(all, new byte[] {1}), new byte[32]);
    TrafficKey back = new TrafficKey(digest(all, new byte[] {2}), new byte[32]);
    return new SessionKeys(first, first ? there : back, first ? back : there);
  }

  @Override
  public byte[] seal(SessionKeys keys, byte header, byte[] bytes, int from, int length) {
    byte[] plain = Arrays.copyOfRange(bytes, from, from + length);
    byte[] tag = tag(keys.sending(), header, plain);
    keys.sending().count();
    return ByteBuffer.allocate(OVERHEAD_BYTES + length).put(header).put(tag).put(plain).array();
  }

  @Override
  public Opened open(SessionKeys keys, byte[] frame) throws EnvelopeException {
    if (frame.length < OVERHEAD_BYTES) {
      throw new EnvelopeException(EnvelopeException.Reason.TRUNCATED, "Too short.", null);
    }
    byte[] plain = Arrays.copyOfRange(frame, OVERHEAD_BYTES, frame.length);
    byte[] tag = Arrays.copyOfRange(frame, 1, OVERHEAD_BYTES);
    if (!Arrays.equals(tag, tag(keys.receiving(), frame[0], plain))) {
      throw new EnvelopeException(
          EnvelopeException.Reason.NOT_AUTHENTIC, "The tag does not fit.", null);
    }
    keys.receiving().count();
    return new Opened(frame[0] == MORE, plain);
  }

  private static byte[] tag(TrafficKey key, byte header, byte[] plain) {
    byte[] count = ByteBuffer.allocate(9).putLong(key.frames()).put(header).array();
    return Arrays.copyOf(digest(key.key(), count, plain), TAG_BYTES);
  }

  private static byte[] digest(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String seal(byte[] signal, PeerId from, PeerId to) {
    String head = secret + " " + from + " " + to + " ";
    return head + Base64.getEncoder().encodeToString(signal);
  }

  @Override
  public byte[] open(String sealed, PeerId from, PeerId to) throws EnvelopeException {
    String head = secret + " " + from + " " + to + " ";
    if (!sealed.startsWith(head)) {
      throw new EnvelopeException(
          EnvelopeException.Reason.NOT_AUTHENTIC, "The tag does not fit.", null);
    }
    return Base64.getDecoder().decode(sealed.substring(head.length()));
  }
}
