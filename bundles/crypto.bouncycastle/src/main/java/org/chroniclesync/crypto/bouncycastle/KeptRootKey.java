// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.support.Transcript;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the root key beside the mnemonic, so that it is computed once and not on each start. It is
 * sealed under a key that comes from version 1's: a file of another mnemonic, of other parameters,
 * or a damaged one, cannot be opened and is created again. Without the mnemonic it is of no use.
 */
final class KeptRootKey implements RootKey.Source {
  static final String FILE = "account-key-v2";

  private static final Logger LOG = LoggerFactory.getLogger(KeptRootKey.class);
  private static final String LABEL = "chroniclesync kept account key";

  private final AccountDirectory directory;
  private final AesGcm cipher;
  private final RootKey.Source origin;

  KeptRootKey(AccountDirectory directory, AesGcm cipher, RootKey.Source origin) {
    this.directory = directory;
    this.cipher = cipher;
    this.origin = origin;
  }

  @Override
  public byte[] of(AccountId id, byte[] mnemonic, WipeableKey version1) {
    byte[] parent = version1.getEncoded();
    WipeableKey key = new WipeableKey(Hkdf.expand(parent, LABEL, RootKey.BYTES));
    try {
      byte[] kept = read(id, key);
      if (kept == null) {
        kept = origin.of(id, mnemonic, version1);
        write(id, key, kept);
      }
      return kept;
    } finally {
      key.destroy();
      Arrays.fill(parent, (byte) 0);
    }
  }

  private byte @Nullable [] read(AccountId id, WipeableKey key) {
    char[] text = directory.readUnlessDamaged(FILE);
    if (text == null) {
      return null;
    }
    byte[] aad = associated(id);
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(new String(text).strip());
      int dataBytes = sealed.length - AesGcm.IV_BYTES;
      if (dataBytes == RootKey.BYTES + AesGcm.TAG_BYTES) {
        return cipher.open(key, sealed, 0, aad, aad.length, sealed, AesGcm.IV_BYTES, dataBytes);
      }
    } catch (AEADBadTagException | IllegalArgumentException e) {
      LOG.debug("the saved account key cannot be opened", e);
    }
    LOG.info(
        "{} belongs to another mnemonic or is damaged; it is created again", directory.path(FILE));
    return null;
  }

  private void write(AccountId id, WipeableKey key, byte[] root) {
    byte[] iv = new byte[AesGcm.IV_BYTES];
    new SecureRandom().nextBytes(iv);
    byte[] aad = associated(id);
    byte[] sealed = Arrays.copyOf(iv, iv.length + root.length + AesGcm.TAG_BYTES);
    cipher.seal(key, iv, aad, aad.length, root, 0, root.length, sealed, iv.length);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed) + "\n";
    try {
      directory.write(FILE, text.toCharArray());
    } catch (UncheckedIOException e) {
      LOG.warn("the account key cannot be saved; it is computed on each start", e);
    }
  }

  private static byte[] associated(AccountId id) {
    String parameters =
        "argon2id " + RootKey.MEMORY_KIB + " " + RootKey.PASSES + " " + RootKey.LANES;
    return new Transcript(LABEL)
        .add(parameters.getBytes(StandardCharsets.US_ASCII))
        .add(id.value())
        .bytes();
  }
}
