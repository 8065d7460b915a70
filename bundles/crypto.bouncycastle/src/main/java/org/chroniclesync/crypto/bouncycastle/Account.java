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

/**
 * What a mnemonic stands for.
 *
 * @param id the account
 * @param key of version 1's envelopes
 * @param sessions of version 2's sessions
 * @param signals of signals between nodes
 * @param tags of names that must not be guessed
 * @param member of the room in which nodes meet
 */
record Account(
    AccountId id,
    WipeableKey key,
    WipeableKey sessions,
    WipeableKey signals,
    WipeableKey tags,
    SigningKey member) {
  private static final int ITERATIONS = 100_000;
  private static final int KEY_BITS = 256;
  private static final String SESSIONS = "chroniclesync v2 session";
  private static final String SIGNALS = "chroniclesync v2 signals";
  private static final String TAGS = "chroniclesync v2 tags";
  private static final String ROOM = "chroniclesync v2 room";

  /**
   * Derives id and keys. Takes some tenths of a second, as it must.
   *
   * @param phrase the mnemonic in its one form; wiped
   * @param root where the key comes from that version 2's are made of
   */
  static Account of(char[] phrase, RootKey.Source root) {
    byte[] password = ascii(phrase);
    try {
      String id = Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(password));
      return of(new AccountId(id), password, root);
    } finally {
      Arrays.fill(phrase, '\0');
      Arrays.fill(password, (byte) 0);
    }
  }

  private static Account of(AccountId id, byte[] password, RootKey.Source root) {
    WipeableKey key = derive(password, id.value());
    byte[] parent = root.of(id, password, key);
    try {
      return new Account(
          id,
          key,
          child(parent, SESSIONS),
          child(parent, SIGNALS),
          child(parent, TAGS),
          new SigningKey(Hkdf.expand(parent, ROOM, SigningKey.SEED_BYTES)));
    } finally {
      Arrays.fill(parent, (byte) 0);
    }
  }

  private static WipeableKey child(byte[] parent, String label) {
    return new WipeableKey(Hkdf.expand(parent, label, RootKey.BYTES));
  }

  /** Wipes all keys. */
  void destroy() {
    key.destroy();
    sessions.destroy();
    signals.destroy();
    tags.destroy();
    member.destroy();
  }

  // The words of the list have no other letters, and no encoder keeps a buffer this way.
  private static byte[] ascii(char[] phrase) {
    byte[] bytes = new byte[phrase.length];
    for (int i = 0; i < phrase.length; i++) {
      bytes[i] = (byte) phrase[i];
    }
    return bytes;
  }

  private static WipeableKey derive(byte[] password, String id) {
    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
    generator.init(password, id.getBytes(StandardCharsets.US_ASCII), ITERATIONS);
    byte[] derived = ((KeyParameter) generator.generateDerivedParameters(KEY_BITS)).getKey();
    WipeableKey key = new WipeableKey(derived.clone());
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
