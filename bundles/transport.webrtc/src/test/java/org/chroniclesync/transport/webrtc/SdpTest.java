// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SdpTest {
  private static final String PEERS = "a=fingerprint:sha-256 " + "AB:".repeat(31) + "AB";

  /** Those of the vector in docs/protocol.md. */
  private static final String RISING =
      "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F"
          + ":10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

  private static final String FALLING =
      "FF:FE:FD:FC:FB:FA:F9:F8:F7:F6:F5:F4:F3:F2:F1:F0"
          + ":EF:EE:ED:EC:EB:EA:E9:E8:E7:E6:E5:E4:E3:E2:E1:E0";

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

  @Test
  void theBindingIsAsInTheProtocol() {
    String rising = description("", line("a=fingerprint:sha-256 " + RISING));
    String falling = description("", line("a=fingerprint:SHA-256 " + FALLING));

    assertThat(HexFormat.of().formatHex(Sdp.binding(falling, rising).bytes()))
        .isEqualTo("cb2b1b7fb5dc5e8026d0fc230e1c35c8f2538dded5020a3c30d2792e1f1f1560");
  }
}
