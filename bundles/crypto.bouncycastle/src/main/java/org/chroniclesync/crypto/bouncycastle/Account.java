// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.chroniclesync.api.crypto.AccountId;

/** What a mnemonic stands for. */
record Account(AccountId id, AccountKey key) {
  private static final int ITERATIONS = 100_000;
  private static final int KEY_BITS = 256;

  /**
   * Derives id and key. Takes some tenths of a second, as it must.
   *
   * @param phrase the mnemonic in its one form; wiped
   */
  static Account of(char[] phrase) {
    byte[] password = ascii(phrase);
    try {
      String id = Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(password));
      return new Account(new AccountId(id), derive(password, id));
    } finally {
      Arrays.fill(phrase, '\0');
      Arrays.fill(password, (byte) 0);
    }
  }

  // The words of the list have no other letters, and no encoder keeps a buffer this way.
  private static byte[] ascii(char[] phrase) {
    byte[] bytes = new byte[phrase.length];
    for (int i = 0; i < phrase.length; i++) {
      bytes[i] = (byte) phrase[i];
    }
    return bytes;
  }

  private static AccountKey derive(byte[] password, String id) {
    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
    generator.init(password, id.getBytes(StandardCharsets.US_ASCII), ITERATIONS);
    byte[] derived = ((KeyParameter) generator.generateDerivedParameters(KEY_BITS)).getKey();
    AccountKey key = new AccountKey(derived.clone());
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
