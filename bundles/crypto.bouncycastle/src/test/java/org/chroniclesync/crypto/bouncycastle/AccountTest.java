// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.discovery.PeerId;
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
  void noTwoKeysOfAnAccountAreAlike() {
    Account account = Vectors.first();
    byte[] root = RootKey.derive(account.id(), Vectors.firstMnemonic().getBytes(US_ASCII));

    assertThat(
            Stream.of(
                    root,
                    account.key().getEncoded(),
                    account.sessions().getEncoded(),
                    account.signals().getEncoded())
                .map(HexFormat.of()::formatHex)
                .distinct())
        .hasSize(4);
  }

  /** What seals one thing opens nothing else. */
  @Test
  void theKeysOfBothVersionsAreApart() throws EnvelopeException {
    Account account = Vectors.first();
    PeerId ann = PeerId.ofNode("ann");
    byte[] text = "{}".getBytes(US_ASCII);
    String ofVersion1 = new AccountEnvelopes(account.key(), AesGcm.jdk()).seal(text);
    String ofVersion2 =
        new AccountSignals(account.signals(), AesGcm.jdk(), account.id().room())
            .seal(text, ann, ann);

    assertThatThrownBy(() -> new AccountEnvelopes(account.signals(), AesGcm.jdk()).open(ofVersion1))
        .isInstanceOf(EnvelopeException.class);
    for (WipeableKey other : List.of(account.key(), account.sessions())) {
      SignalSeals seals = new AccountSignals(other, AesGcm.jdk(), account.id().room());
      assertThatThrownBy(() -> seals.open(ofVersion2, ann, ann))
          .isInstanceOf(EnvelopeException.class);
    }
  }

  @Test
  void wipesAllKeys() {
    Account account = Vectors.derive(Vectors.firstMnemonic());

    account.destroy();

    assertThat(List.of(account.key(), account.sessions(), account.signals()))
        .allMatch(WipeableKey::isDestroyed);
    assertThat(account.member().isDestroyed()).isTrue();
  }

  @Test
  void wipesThePhrase() {
    char[] phrase = Vectors.firstMnemonic().toCharArray();

    Account.of(phrase, RootKey.COMPUTED);

    assertThat(phrase).containsOnly('\0');
  }

  @Test
  void showsNothingOfTheKey() {
    Account account = Vectors.first();

    assertThat(account.toString()).hasSizeLessThan(8);
    assertThat(account.key().toString()).isEqualTo("WipeableKey");
  }
}
