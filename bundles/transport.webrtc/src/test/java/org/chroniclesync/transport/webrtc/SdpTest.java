// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SdpTest {
  private static final String PEERS = "a=fingerprint:sha-256 " + "AB:".repeat(31) + "AB";
  private static final String MALLORYS = "a=fingerprint:sha-256 " + "CD:".repeat(31) + "CD";
  private static final String MEDIA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";

  private static String description(String session, String media) {
    return "v=0\r\ns=-\r\n" + session + MEDIA + media;
  }

  private static String line(String attribute) {
    return attribute + "\r\n";
  }

  @Test
  void oneCertificateMayBeNamedAnywhereAndAgain() {
    assertThat(Sdp.namesOneCertificate(description("", line(PEERS)))).isTrue();
    assertThat(Sdp.namesOneCertificate(description("", PEERS))).isTrue();
    assertThat(Sdp.namesOneCertificate(description("", PEERS + "\n"))).isTrue();
    assertThat(Sdp.namesOneCertificate(description(line(PEERS), ""))).isTrue();
    assertThat(Sdp.namesOneCertificate(description(line(PEERS), line(PEERS)))).isTrue();
    assertThat(Sdp.namesOneCertificate(description(line(PEERS), line(PEERS.replace("AB", "ab")))))
        .isTrue();
  }

  @Test
  void anotherCertificateBesideItIsSeen() {
    assertThat(Sdp.namesOneCertificate(description(line(PEERS), line(MALLORYS)))).isFalse();
    assertThat(Sdp.namesOneCertificate(description(line(MALLORYS), line(PEERS)))).isFalse();
    assertThat(Sdp.namesOneCertificate(description("", line(PEERS) + line(MALLORYS)))).isFalse();
    assertThat(
            Sdp.namesOneCertificate(
                description("", line(PEERS) + line(PEERS.replace("sha-256", "sha-1")))))
        .isFalse();
  }

  /** Lines that one parser sees and another does not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "s=\u2028",
        "s=\u0085",
        "s=\r",
        "s=",
        "a=x ",
        " ",
      })
  void aCertificateHiddenInAnotherLineIsSeen(String before) {
    String hidden = line(before + PEERS);

    assertThat(Sdp.namesOneCertificate(description(hidden, line(MALLORYS)))).isFalse();
    assertThat(Sdp.namesOneCertificate(description("", line(MALLORYS) + hidden))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a=fingerprint:sha-256",
        "a=fingerprint:sha-256 ",
        "a=fingerprint:sha-256  AB:CD",
        "a=fingerprint:sha-256 AB:CD x",
        "a=fingerprint:sha-256 XY",
        "b=fingerprint:sha-256 AB:CD"
      })
  void noCertificateIsSeen(String attribute) {
    assertThat(Sdp.namesOneCertificate(description("", line(attribute)))).isFalse();
  }

  @Test
  void theBindingIsMadeOfBothCertificates() {
    String peers = description("", line(PEERS));
    String mallorys = description("", line(MALLORYS));

    assertThat(Sdp.binding(peers, mallorys)).isEqualTo(Sdp.binding(mallorys, peers));
    assertThat(Sdp.binding(peers, mallorys)).isNotEqualTo(Sdp.binding(peers, peers));
  }
}
