// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.chroniclesync.api.page.Sharing;
import org.jspecify.annotations.Nullable;

/**
 * A password, as what Argon2id made of it. Immutable; written as others write it, too: {@code
 * $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}.
 */
final class Password {
  /** What OWASP asks for at least. More would take what a node needs for its history. */
  static final int MEMORY_KIB = 19_456;

  static final int PASSES = 2;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** With these parameters and no others, so that no file makes a node take more memory. */
  private static final String HEAD = "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=1$";

  private static final Pattern WRITTEN =
      Pattern.compile(Pattern.quote(HEAD) + "([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

  /** One that nothing matches; finding that out takes as long as with any other. */
  private static final Password NONE = new Password(new byte[SALT_BYTES], new byte[HASH_BYTES]);

  private final byte[] salt;
  private final byte[] hash;

  private Password(byte[] salt, byte[] hash) {
    this.salt = salt;
    this.hash = hash;
  }

  /** Takes some tens of milliseconds and 19 MiB. */
  static Password of(char[] typed) {
    int length = Character.codePointCount(typed, 0, typed.length);
    if (length < Sharing.MIN_PASSWORD_CHARS || typed.length > Sharing.MAX_PASSWORD_CHARS) {
      throw new IllegalArgumentException(
          "The password needs %d to %d characters. Take four words that do not belong together."
              .formatted(Sharing.MIN_PASSWORD_CHARS, Sharing.MAX_PASSWORD_CHARS));
    }
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new Password(salt, hash(typed, salt));
  }

  /** Tells whether this was typed; false, after the same time, if there is none. */
  static boolean opens(@Nullable Password password, char[] typed) {
    return (password == null ? NONE : password).matches(typed) && password != null;
  }

  /** Returns null if this is none that was written here. */
  static @Nullable Password parse(String written) {
    Matcher parts = WRITTEN.matcher(written);
    if (!parts.matches()) {
      return null;
    }
    try {
      Base64.Decoder decoder = Base64.getDecoder();
      return new Password(decoder.decode(parts.group(1)), decoder.decode(parts.group(2)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** What is kept of it. */
  String written() {
    Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return HEAD + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
  }

  /** Takes as long whatever was typed. */
  boolean matches(char[] typed) {
    byte[] made = hash(typed, salt);
    boolean same = MessageDigest.isEqual(made, hash);
    Arrays.fill(made, (byte) 0);
    return same;
  }

  private static byte[] hash(char[] typed, byte[] salt) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(MEMORY_KIB)
            .withIterations(PASSES)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    byte[] bytes = bytes(typed);
    byte[] made = new byte[HASH_BYTES];
    generator.generateBytes(bytes, made);
    Arrays.fill(bytes, (byte) 0);
    return made;
  }

  /** Keyboards write the same letter in one or two characters. */
  private static byte[] bytes(char[] typed) {
    return Normalizer.normalize(CharBuffer.wrap(typed), Normalizer.Form.NFC).getBytes(UTF_8);
  }

  /** Says nothing of it. */
  @Override
  public String toString() {
    return "Password";
  }
}
