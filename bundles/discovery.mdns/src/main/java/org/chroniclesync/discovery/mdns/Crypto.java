// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What the platform has of SHA-256, HMAC, AES-256-GCM and X25519. */
final class Crypto {
  static final int KEY_BYTES = 32;
  static final int TAG_BYTES = 16;
  private static final int IV_BYTES = 12;
  private static final String X25519 = "X25519";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Crypto() {}

  static byte[] random(int bytes) {
    byte[] drawn = new byte[bytes];
    RANDOM.nextBytes(drawn);
    return drawn;
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  static byte[] hmac(byte[] key, byte[] value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(value);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** Seals under a key and a number that are used together only once. */
  static byte[] seal(byte[] key, long number, byte[] associated, byte[] plain) {
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, number);
      cipher.updateAAD(associated);
      return cipher.doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** Opens what was sealed, or returns null if it was not sealed so. */
  static byte @Nullable [] open(byte[] key, long number, byte[] associated, byte[] sealed) {
    if (sealed.length < TAG_BYTES) {
      return null;
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, number);
      cipher.updateAAD(associated);
      return cipher.doFinal(sealed);
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, long number) throws GeneralSecurityException {
    byte[] iv = ByteBuffer.allocate(IV_BYTES).putInt(0).putLong(number).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
    return cipher;
  }

  static KeyPair draw() {
    try {
      return KeyPairGenerator.getInstance(X25519).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** The 32 bytes of RFC 7748, little-endian. */
  static byte[] publicKey(KeyPair pair) {
    byte[] bytes = ((XECPublicKey) pair.getPublic()).getU().toByteArray();
    byte[] key = new byte[KEY_BYTES];
    for (int i = 0; i < bytes.length && i < KEY_BYTES; i++) {
      key[i] = bytes[bytes.length - 1 - i];
    }
    return key;
  }

  /** Returns what both have in common, or null if the other's key is none that is allowed. */
  static byte @Nullable [] agree(PrivateKey own, byte[] theirs) {
    try {
      KeyAgreement agreement = KeyAgreement.getInstance(X25519);
      agreement.init(own);
      agreement.doPhase(
          KeyFactory.getInstance(X25519)
              .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(theirs))),
          true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException e) {
      return null; // of small order
    }
  }

  private static BigInteger number(byte[] littleEndian) {
    byte[] bytes = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      bytes[i] = littleEndian[KEY_BYTES - 1 - i];
    }
    bytes[0] &= 0x7f;
    return new BigInteger(1, bytes);
  }

  static boolean equal(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  static void wipe(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("every Java platform from 11 on has these", e);
  }
}
