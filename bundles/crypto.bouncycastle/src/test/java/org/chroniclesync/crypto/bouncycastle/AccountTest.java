// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccountTest {
  @ParameterizedTest
  @MethodSource("org.chroniclesync.crypto.bouncycastle.Vectors#accounts")
  void derivesWhatOtherClientsDerive(JsonNode vector) {
    Account account = Vectors.account(vector.get("accountId").asText());

    assertThat(account.id().value()).isEqualTo(vector.get("accountId").asText());
    assertThat(account.id().room().value()).isEqualTo(vector.get("roomId").asText());
    assertThat(HexFormat.of().formatHex(account.key().getEncoded()))
        .isEqualTo(vector.get("keyHex").asText());
  }

  @Test
  void wipesThePhrase() {
    char[] phrase = Vectors.firstMnemonic().toCharArray();

    Account.of(phrase);

    assertThat(phrase).containsOnly('\0');
  }

  @Test
  void showsNothingOfTheKey() {
    Account account = Vectors.first();

    assertThat(account.toString()).hasSizeLessThan(8);
    assertThat(account.key().toString()).isEqualTo("AccountKey");
  }
}
