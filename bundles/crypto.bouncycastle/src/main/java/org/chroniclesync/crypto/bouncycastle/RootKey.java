// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.chroniclesync.api.crypto.AccountId;

/**
 * The account key of version 2. It seals nothing itself: each use has a key of its own that is
 * expanded from it. Version 1's key comes from the same mnemonic another way, and says nothing of
 * this one.
 */
final class RootKey {
  static final int BYTES = 32;
  static final int MEMORY_KIB = 32_768;
  static final int PASSES = 3;
  static final int LANES = 1;

  private static final String SALT = "chroniclesync v2 account ";

  /** Where the root key of an account comes from: computed, or kept since it was. */
  @FunctionalInterface
  interface Source {
    /**
     * Returns the root key.
     *
     * @param id the account
     * @param mnemonic in ASCII; not changed
     * @param version1 the key of version 1
     * @return the key, which the receiver wipes
     */
    byte[] of(AccountId id, byte[] mnemonic, WipeableKey version1);
  }

  /** Computes it each time. */
  static final Source COMPUTED = (id, mnemonic, version1) -> derive(id, mnemonic);

  private RootKey() {}

  /** Computes it, which takes some tenths of a second and 32 MiB. */
  static byte[] derive(AccountId id, byte[] mnemonic) {
    return argon2id(
        mnemonic, (SALT + id.value()).getBytes(StandardCharsets.US_ASCII), MEMORY_KIB, PASSES);
  }

  private static byte[] argon2id(byte[] password, byte[] salt, int memoryKib, int passes) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(LANES)
            .withSalt(salt)
            .build());
    byte[] key = new byte[BYTES];
    generator.generateBytes(password, key);
    return key;
  }
}
