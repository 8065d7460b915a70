// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:9",
        "127.0.0.1",
        "127.0.0.1:65535",
        "192.0.2.7:80",
        "[::1]",
        "[2001:db8::7]:80"
      })
  void anAddressIsOne(String value) {
    assertThat(HostHeader.isAddress(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.localhost:80",
        "127.0.0.1:80:80",
        "127.0.0.1@evil.example",
        "::1",
        "[::1",
        "[127.0.0.1]",
        "[evil.example]:80",
        "[::1]x",
        "2130706433",
        "127.1",
        "127.0.0.1 ",
        "127.0.0.1\n",
        "localhost,evil.example"
      })
  void anythingElseIsNone(String value) {
    assertThat(HostHeader.isAddress(value)).isFalse();
  }
}
