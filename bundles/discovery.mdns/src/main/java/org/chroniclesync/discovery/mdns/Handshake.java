// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.KeyPair;
import java.util.Arrays;
import java.util.function.Supplier;
import org.chroniclesync.api.support.Transcript;
import org.jspecify.annotations.Nullable;

/**
 * How two who know the hour's secret agree on keys, by one message each that look like noise to
 * whoever does not. Who does not know it gets no answer.
 */
final class Handshake {
  /** Length of either message: a number that is used once, a sealed key. */
  static final int BYTES = 32 + Crypto.KEY_BYTES + Crypto.TAG_BYTES;

  private static final int NONCE_BYTES = 32;
  private static final byte[] NOTHING = new byte[0];

  /**
   * What both agreed on.
   *
   * @param hash of both messages, which each proves to have seen
   * @param sending the key for what we send
   * @param receiving the key for what the other sends
   */
  @SuppressWarnings("ArrayRecordComponent") // on the way from here to the link, never compared
  record Agreed(byte[] hash, byte[] sending, byte[] receiving) {
    /** Returns nothing of the keys. */
    @Override
    public String toString() {
      return "Agreed";
    }
  }

  /**
   * The answer to a first message.
   *
   * @param message the second message
   * @param agreed the keys
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(byte[] message, Agreed agreed) {}

  /**
   * What either side draws for one handshake, and uses for no other.
   *
   * @param nonce the number that is used once
   * @param key the X25519 keys
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Drawn(byte[] nonce, KeyPair key) {
    static Drawn anew() {
      return new Drawn(Crypto.random(NONCE_BYTES), Crypto.draw());
    }

    private byte[] sealed(byte[] under) {
      byte[] sealed = Crypto.seal(under, 0, NOTHING, Crypto.publicKey(key));
      byte[] message = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, message, nonce.length, sealed.length);
      return message;
    }

    /** Returns nothing of the keys. */
    @Override
    public String toString() {
      return "Drawn";
    }
  }

  private final HourSecret secret;
  private final Drawn own;
  private final byte[] first;

  /** Begins one with an instance that is known by its label. */
  Handshake(HourSecret secret, String instance) {
    this(secret, instance, Drawn.anew());
  }

  Handshake(HourSecret secret, String instance, Drawn own) {
    this.secret = secret;
    this.own = own;
    this.first = own.sealed(secret.prf("first", instance.getBytes(US_ASCII), own.nonce()));
  }

  /** Returns the first message. */
  byte[] first() {
    return first.clone();
  }

  /** Takes the second message; null if it is not by somebody who knows the secret. */
  @Nullable Agreed finish(byte[] second) {
    byte[] nonce = Arrays.copyOf(second, NONCE_BYTES);
    byte[] theirs = opened(second, secret.prf("second", Crypto.sha256(first), nonce));
    return theirs == null ? null : agreed(secret, own.key(), theirs, first, second, true);
  }

  /**
   * Answers a first message.
   *
   * @param instance who we are
   * @return the answer, or null if nobody wrote it who knows the secret
   */
  static @Nullable Answer answer(HourSecret secret, String instance, byte[] first) {
    return answer(secret, instance, first, Drawn::anew);
  }

  /**
   * Answers a first message with what is drawn for it.
   *
   * @param instance who we are
   * @param draw called only if somebody wrote it who knows the secret: a stranger costs no key
   * @return the answer, or null if nobody wrote it who knows the secret
   */
  static @Nullable Answer answer(
      HourSecret secret, String instance, byte[] first, Supplier<Drawn> draw) {
    byte[] nonce = Arrays.copyOf(first, NONCE_BYTES);
    byte[] theirs = opened(first, secret.prf("first", instance.getBytes(US_ASCII), nonce));
    return theirs == null ? null : answer(secret, first, theirs, draw.get());
  }

  private static @Nullable Answer answer(
      HourSecret secret, byte[] first, byte[] theirs, Drawn own) {
    byte[] second = own.sealed(secret.prf("second", Crypto.sha256(first), own.nonce()));
    Agreed agreed = agreed(secret, own.key(), theirs, first, second, false);
    return agreed == null ? null : new Answer(second, agreed);
  }

  private static byte @Nullable [] opened(byte[] message, byte[] key) {
    return Crypto.open(key, 0, NOTHING, Arrays.copyOfRange(message, NONCE_BYTES, message.length));
  }

  private static @Nullable Agreed agreed(
      HourSecret secret,
      KeyPair own,
      byte[] theirs,
      byte[] first,
      byte[] second,
      boolean initiator) {
    byte[] common = Crypto.agree(own.getPrivate(), theirs);
    if (common == null) {
      return null;
    }
    byte[] hash = Crypto.sha256(first, second);
    byte[] parent = Crypto.hmac(secret.prf("session", hash), common);
    Crypto.wipe(common);
    byte[] there = Crypto.hmac(parent, new Transcript("initiator").bytes());
    byte[] back = Crypto.hmac(parent, new Transcript("responder").bytes());
    Crypto.wipe(parent);
    return initiator ? new Agreed(hash, there, back) : new Agreed(hash, back, there);
  }
}
