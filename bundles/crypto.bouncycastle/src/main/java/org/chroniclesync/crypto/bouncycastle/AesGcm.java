// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM of one provider. The object of Bouncy Castle's provider is passed on, never
 * registered: other bundles of the same JVM would get it too.
 */
final class AesGcm {
  static final int IV_BYTES = 12;
  static final int TAG_BYTES = 16;

  /**
   * What is encrypted in one call. The JDK puts the processor's instructions where a method is
   * called that was called often, so a few calls with much each would stay six times slower: 1,013
   * against 164 ms for the first 48 MB. There is no such remedy for decrypting, which the JDK does
   * in one go.
   */
  private static final int CHUNK_BYTES = 1_024;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  private final @Nullable Provider provider;

  private AesGcm(@Nullable Provider provider) {
    this.provider = provider;
  }

  /** The JDK's own, which uses the processor's instructions. */
  static AesGcm jdk() {
    // By name, because another bundle may have put its provider first. Null on a JDK of another
    // make, where the default has to do.
    return new AesGcm(Security.getProvider("SunJCE"));
  }

  /** Bouncy Castle's, in plain Java. */
  static AesGcm bouncyCastle() {
    return new AesGcm(new BouncyCastleProvider());
  }

  static Map<String, Supplier<AesGcm>> byName() {
    return Map.of("jdk", AesGcm::jdk, "bouncycastle", AesGcm::bouncyCastle);
  }

  /** Encrypts {@code plain} to {@code out} from {@code at} on, the tag after it. */
  void seal(SecretKey key, byte[] iv, byte[] plain, byte[] out, int at) {
    seal(key, iv, plain, 0, plain, 0, plain.length, out, at);
  }

  /**
   * Encrypts {@code plain[from, from + length)} to {@code out} from {@code at} on, the tag after
   * it.
   *
   * @param aad begins with what is authenticated without being encrypted
   * @param aadBytes how much of it that is
   */
  void seal(
      SecretKey key,
      byte[] iv,
      byte[] aad,
      int aadBytes,
      byte[] plain,
      int from,
      int length,
      byte[] out,
      int at) {
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, iv, 0);
      cipher.updateAAD(aad, 0, aadBytes);
      int done = 0;
      int written = 0;
      while (length - done > CHUNK_BYTES) {
        written += cipher.update(plain, from + done, CHUNK_BYTES, out, at + written);
        done += CHUNK_BYTES;
      }
      cipher.doFinal(plain, from + done, length - done, out, at + written);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM of " + provider + " fails", e);
    }
  }

  /**
   * Decrypts.
   *
   * @param length of the ciphertext with its tag, at least {@link #TAG_BYTES}
   * @throws AEADBadTagException if the tag does not fit
   */
  byte[] open(SecretKey key, byte[] iv, int ivAt, byte[] sealed, int at, int length)
      throws AEADBadTagException {
    return open(key, iv, ivAt, sealed, 0, sealed, at, length);
  }

  /**
   * Decrypts.
   *
   * @param aad begins with what is authenticated without being encrypted
   * @param aadBytes how much of it that is
   * @param length of the ciphertext with its tag, at least {@link #TAG_BYTES}
   * @throws AEADBadTagException if the tag does not fit
   */
  byte[] open(
      SecretKey key,
      byte[] iv,
      int ivAt,
      byte[] aad,
      int aadBytes,
      byte[] sealed,
      int at,
      int length)
      throws AEADBadTagException {
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, iv, ivAt);
      cipher.updateAAD(aad, 0, aadBytes);
      return cipher.doFinal(sealed, at, length);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM of " + provider + " fails", e);
    }
  }

  private Cipher cipher(int mode, SecretKey key, byte[] iv, int ivAt)
      throws GeneralSecurityException {
    Cipher cipher =
        provider == null
            ? Cipher.getInstance(TRANSFORMATION)
            : Cipher.getInstance(TRANSFORMATION, provider);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, iv, ivAt, IV_BYTES));
    return cipher;
  }
}
