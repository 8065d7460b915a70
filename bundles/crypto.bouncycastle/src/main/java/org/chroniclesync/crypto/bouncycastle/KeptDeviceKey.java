// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the key of this device beside the mnemonic: base64url of the private key, a blank, and the
 * name that belongs to it, by which a damaged file shows. The key is made at the first start; after
 * that a damaged file is refused and never replaced, because with the key goes the device's name.
 */
final class KeptDeviceKey {
  static final String FILE = "device-key";

  /** Where older nodes kept the name that they had drawn. */
  static final String DRAWN_NAME = "peer-id";

  private static final Logger LOG = LoggerFactory.getLogger(KeptDeviceKey.class);
  private static final int SEED_CHARS = 43;

  private KeptDeviceKey() {}

  /**
   * Reads the key, or makes it where there is none.
   *
   * @throws IllegalStateException if the file is damaged, or others may read or write it
   */
  static SigningKey of(AccountDirectory directory) {
    char[] text = directory.read(FILE);
    if (text == null) {
      return make(directory);
    }
    try {
      return read(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          directory.path(FILE)
              + " is damaged. Restore it from a backup; or delete it, and this device gets a new"
              + " key and a new name",
          e);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private static SigningKey make(AccountDirectory directory) {
    byte[] seed = new byte[SigningKey.SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    byte[] encoded = Base64.getUrlEncoder().withoutPadding().encode(seed);
    SigningKey key = new SigningKey(seed);
    CharBuffer text = CharBuffer.allocate(AccountDirectory.MAX_FILE_BYTES);
    text.put(ISO_8859_1.decode(ByteBuffer.wrap(encoded))).put(' ').put(name(key)).put('\n');
    char[] written = Arrays.copyOf(text.array(), text.position());
    try {
      directory.write(FILE, written);
    } finally {
      Arrays.fill(encoded, (byte) 0);
      Arrays.fill(text.array(), '\0');
      Arrays.fill(written, '\0');
    }
    if (directory.delete(DRAWN_NAME)) {
      LOG.info(
          "a device's name belongs to its key now: this one is called {} from now on, and the file"
              + " {} was deleted",
          name(key),
          directory.path(DRAWN_NAME));
    }
    return key;
  }

  /**
   * Reads what was written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  private static SigningKey read(char[] text) {
    if (text.length < SEED_CHARS) {
      throw new IllegalArgumentException("too short");
    }
    byte[] encoded = new byte[SEED_CHARS];
    for (int i = 0; i < SEED_CHARS; i++) {
      encoded[i] = text[i] < 128 ? (byte) text[i] : 0; // no letter of base64
    }
    SigningKey key;
    try {
      key = new SigningKey(Base64.getUrlDecoder().decode(encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    String name = new String(text, SEED_CHARS, text.length - SEED_CHARS).strip();
    if (!name.equals(name(key))) {
      throw new IllegalArgumentException("the name belongs to another key");
    }
    return key;
  }

  private static String name(SigningKey key) {
    return DeviceKeys.peer(key.publicKey()).value();
  }
}
