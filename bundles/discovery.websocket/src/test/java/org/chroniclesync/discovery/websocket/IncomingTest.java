// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingTest {
  private static final PeerId ANN = new PeerId("ann");

  private static Incoming echoed(Signal signal) {
    return Incoming.parse(SignalJson.message(ANN, signal).replace("\"targetId\":", "\"peerId\":"));
  }

  @Property(tries = 300)
  void descriptionsComeOutAsTheyWentIn(
      @ForAll @StringLength(max = 500) String sdp, @ForAll boolean node) {
    Signal offer = new Signal.Offer(sdp.replace("targetId", ""), node);
    assertThat(echoed(offer)).isEqualTo(new Incoming.Signalled(ANN, offer));
  }

  @Property(tries = 300)
  void candidatesComeOutAsTheyWentIn(
      @ForAll @StringLength(max = 128) String mid,
      @ForAll @IntRange(max = 255) int index,
      @ForAll @StringLength(max = 500) String line) {
    Signal candidate = new Signal.Candidate(mid, index, line);
    assertThat(echoed(candidate)).isEqualTo(new Incoming.Signalled(ANN, candidate));
  }

  @Property(tries = 300)
  void sealedSignalsComeOutAsTheyWentIn(@ForAll @StringLength(max = 500) String data) {
    Signal sealed = new Signal.Sealed(data.replace("targetId", ""));
    assertThat(echoed(sealed)).isEqualTo(new Incoming.Signalled(ANN, sealed));
  }

  @Property(tries = 500)
  void anyTextIsParsedWithoutAnException(@ForAll String text) {
    assertThat(Incoming.parse(text)).isNotNull();
  }

  @Test
  void whatABrowserAddsIsSkipped() {
    assertThat(
            Incoming.parse(
                "{\"type\":\"signal\",\"peerId\":\"ann\",\"v\":[1],\"signal\":{\"type\":\"candidate\","
                    + "\"candidate\":{\"candidate\":\"c\",\"sdpMid\":\"0\",\"sdpMLineIndex\":null,"
                    + "\"usernameFragment\":\"x\",\"deep\":{\"er\":[]}}}}"))
        .isEqualTo(new Incoming.Signalled(ANN, new Signal.Candidate("0", 0, "c")));
  }

  @Test
  void impossibleNamesDoNotHideTheOthers() {
    assertThat(
            Incoming.parse(
                "{\"type\":\"peers\",\"peers\":[\"\",7,\"ann\",{\"a\":[]},\""
                    + "x".repeat(129)
                    + "\"]}"))
        .isEqualTo(new Incoming.Peers(List.of(ANN)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"peers\":[]}",
        "{\"type\":\"peers\"}",
        "{\"type\":\"peers\",\"peers\":\"ann\"}",
        "{\"type\":\"peer-joined\"}",
        "{\"type\":\"peer-joined\",\"peerId\":\"a\\u0000b\"}",
        "{\"type\":\"pong\"} x",
        "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":[]}",
        "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"offer\",\"sdp\":{}}}",
        "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"bye\"}}",
        "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"candidate\",\"candidate\":"
            + "{\"candidate\":\"c\",\"sdpMLineIndex\":256}}}",
        "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"candidate\",\"candidate\":"
            + "{\"candidate\":\"c\",\"sdpMLineIndex\":\"0\"}}}"
      })
  void whatNoServiceSaysIsMalformed(String text) {
    assertThat(Incoming.parse(text)).isEqualTo(new Incoming.Malformed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"data\":7", ",\"data\":{\"sdp\":\"\"}", ",\"sdp\":\"v=0\""})
  void aSealedSignalWithoutATextIsMalformed(String members) {
    assertThat(
            Incoming.parse(
                "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"sealed\""
                    + members
                    + "}}"))
        .isEqualTo(new Incoming.Malformed());
  }

  @Test
  void aSealedSignalTooLongIsMalformed() {
    String data = "x".repeat(Signal.MAX_SEALED_CHARS + 1);
    assertThat(
            Incoming.parse(
                "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"sealed\",\"data\":\""
                    + data
                    + "\"}}"))
        .isEqualTo(new Incoming.Malformed());
  }

  @Test
  void aDescriptionTooLongIsMalformed() {
    String sdp = "x".repeat(Signal.MAX_SDP_CHARS + 1);
    assertThat(
            Incoming.parse(
                "{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"offer\",\"sdp\":\""
                    + sdp
                    + "\"}}"))
        .isEqualTo(new Incoming.Malformed());
  }
}
