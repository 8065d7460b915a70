// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chroniclesync.api.discovery.PeerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  @Test
  void aSignalIsCopiedCharacterByCharacter() {
    String signal = "{ \"a\" : [1.10, \"\\u00fc\\ud83d\\ude00 }\"],\n\"b\":{} }";
    assertThat(
            Request.parse(
                "{\"signal\":" + signal + " ,\"x\":1,\"targetId\":\"t\",\"type\":\"signal\"}"))
        .isEqualTo(new Request.Relay(new PeerId("t"), signal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"type\":1}",
        "{\"type\":\"ping\"} {}",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",\"type\":\"get-peers\"}",
        "{\"type\":\"signal\",\"targetId\":\"t\"}",
        "{\"type\":\"signal\",\"targetId\":\"\",\"signal\":{}}",
        "{\"type\":\"signal\",\"targetId\":[\"t\"],\"signal\":{}}",
        "{\"type\":\"signal\",\"targetId\":\"t\",\"signal\":\"text\"}",
        "{\"type\":\"signal\",\"targetId\":\"t\",\"signal\":{\"a\":1,\"a\":2}}",
        "{\"type\":\"signal\",\"targetId\":\"t\",\"signal\":{]}}"
      })
  void whatNoClientSaysIsMalformed(String text) {
    assertThat(Request.parse(text)).isEqualTo(new Request.Malformed());
  }

  @Property(tries = 500)
  void anyTextIsParsedWithoutAnException(@ForAll String text) {
    assertThat(Request.parse(text)).isNotNull();
  }

  @Property(tries = 300)
  void namesAreQuoted(@ForAll String text) {
    org.assertj.core.api.Assumptions.assumeThat(text).isNotEmpty().hasSizeLessThan(129);
    org.assertj.core.api.Assumptions.assumeThat(text.chars().noneMatch(Character::isISOControl))
        .isTrue();
    String reply = Reply.signal(new PeerId(text), "{}");
    assertThat(Request.parse(reply.replace("peerId", "targetId")))
        .isEqualTo(new Request.Relay(new PeerId(text), "{}"));
  }
}
