// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What WebCrypto made of the protocol. */
final class Vectors {
  private static final JsonNode ALL = read();
  private static final Map<String, Account> DERIVED = new HashMap<>();

  private Vectors() {}

  static Stream<JsonNode> accounts() {
    return stream("accounts");
  }

  static Stream<JsonNode> envelopes() {
    return stream("envelopes");
  }

  static Stream<JsonNode> bad() {
    return stream("bad");
  }

  static String firstMnemonic() {
    return ALL.get("accounts").get(0).get("mnemonic").asText();
  }

  /** Derives only once what takes long. */
  static synchronized Account account(String accountId) {
    return DERIVED.computeIfAbsent(
        accountId,
        id ->
            accounts()
                .filter(account -> account.get("accountId").asText().equals(id))
                .map(account -> derive(account.get("mnemonic").asText()))
                .findFirst()
                .orElseThrow());
  }

  static Account derive(String mnemonic) {
    return Account.of(mnemonic.toCharArray(), RootKey.COMPUTED);
  }

  static Account first() {
    return account(ALL.get("accounts").get(0).get("accountId").asText());
  }

  static List<AesGcm> ciphers() {
    return List.of(AesGcm.jdk(), AesGcm.bouncyCastle());
  }

  private static Stream<JsonNode> stream(String name) {
    return StreamSupport.stream(ALL.get(name).spliterator(), false);
  }

  private static JsonNode read() {
    try (InputStream in = Vectors.class.getResourceAsStream("/chroniclesync-v1.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
