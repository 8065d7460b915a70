// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void silenceMustBeLongerThanThePingsAreApart() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Settings.of(
                    Transports.config(
                        Map.of("silenceMillis", 5_000L, "pingIntervalMillis", 5_000L))))
        .withMessageContaining("silenceMillis of org.chroniclesync.transport.websocket is 5,000")
        .withMessageContaining("pingIntervalMillis, which is 5,000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "1.2.3", "224.0.0.1", "300.1.1.1", "::1::"})
  void onlyAnAddressCanBeBound(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(Transports.config(Map.of("bindAddress", text))))
        .withMessageContaining(
            "bindAddress of org.chroniclesync.transport.websocket is \"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "host:1", "1.2.3.4:0", "1.2.3.4:65536", "[::1]", "0.0.0.0", "fe80::1", ":1"})
  void onlyReachableAddressesAreTold(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(Transports.config(Map.of("advertise", new String[] {text}))))
        .withMessageContaining(
            "advertise of org.chroniclesync.transport.websocket contains \"" + text + "\"");
  }

  @Test
  void addressesMayHavePorts() throws Exception {
    String[] lines = {"192.0.2.1", "192.0.2.2:99", "2001:db8::1", " [2001:db8::2]:100 "};

    assertThat(Settings.of(Transports.config(Map.of("advertise", lines))).advertise())
        .containsExactly(
            new Candidate(InetAddress.getByName("192.0.2.1"), 0),
            new Candidate(InetAddress.getByName("192.0.2.2"), 99),
            new Candidate(InetAddress.getByName("2001:db8::1"), 0),
            new Candidate(InetAddress.getByName("2001:db8::2"), 100));
  }
}
