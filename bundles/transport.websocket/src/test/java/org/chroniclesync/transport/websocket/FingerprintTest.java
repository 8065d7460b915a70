// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  /** Those of the vector in docs/protocol.md. */
  private static final String RISING =
      "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F"
          + ":10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

  private static final String FALLING =
      "ff:fe:fd:fc:fb:fa:f9:f8:f7:f6:f5:f4:f3:f2:f1:f0"
          + ":ef:ee:ed:ec:eb:ea:e9:e8:e7:e6:e5:e4:e3:e2:e1:e0";

  @Test
  void theBindingIsAsInTheProtocolFromBothEnds() {
    Fingerprint rising = Objects.requireNonNull(Fingerprint.parse(RISING));
    Fingerprint falling = Objects.requireNonNull(Fingerprint.parse(FALLING));

    assertThat(Fingerprint.binding(rising, falling))
        .isEqualTo(Fingerprint.binding(falling, rising));
    assertThat(HexFormat.of().formatHex(Fingerprint.binding(falling, rising).bytes()))
        .isEqualTo("e71a6ef9b52cbcbfca43357b18b87ca7e1f184c691ec0369cbf8c7d87e2ec808");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AB", RISING + ":20", RISING + ":", "X" + RISING})
  void whatIsNoFingerprintIsRefused(String text) {
    assertThat(Fingerprint.parse(text)).isNull();
  }
}
