// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptionTest {
  private static final String PEERS = "a=fingerprint:sha-256 " + "AB:".repeat(31) + "AB";

  /** Those of the vector in docs/protocol.md. */
  private static final String RISING =
      "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F"
          + ":10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

  private static final String FALLING =
      "FF:FE:FD:FC:FB:FA:F9:F8:F7:F6:F5:F4:F3:F2:F1:F0"
          + ":EF:EE:ED:EC:EB:EA:E9:E8:E7:E6:E5:E4:E3:E2:E1:E0";

  private static final String MALLORYS = "a=fingerprint:sha-256 " + "CD:".repeat(31) + "CD";
  private static final String HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
  private static final String MEDIA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
  private static final String ICE =
      "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=setup:active\r\na=mid:0\r\n";

  private static String description(String session, String media) {
    return HEAD + session + MEDIA + ICE + media;
  }

  private static String line(String attribute) {
    return attribute + "\r\n";
  }

  private static String refusal(String sdp) {
    try {
      Description.parse(sdp);
      return "";
    } catch (Description.Refused e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("org.chroniclesync.transport.webrtc.Clients#descriptions")
  void whatClientsSayIsRead(String name) throws Exception {
    String sdp = Clients.description(name);

    Description read = Description.parse(sdp);

    assertThat(sdp)
        .contains("a=ice-ufrag:" + read.ufrag())
        .contains("a=ice-pwd:" + read.password())
        .contains("a=fingerprint:" + read.fingerprint())
        .contains("a=setup:" + read.setup())
        .contains("a=mid:" + read.mid());
    assertThat(read.candidates()).hasSize(sdp.split("a=candidate").length - 1);
    assertThat(read.trickles()).isTrue();
    assertThat(Description.parse(sdp.replace("\r\n", "\n"))).isEqualTo(read);
  }

  @ParameterizedTest
  @MethodSource("org.chroniclesync.transport.webrtc.Clients#descriptions")
  void whatIsWrittenForTheLibrarySaysTheSame(String name) throws Exception {
    Description read = Description.parse(Clients.description(name));

    Description again = Description.parse(read.sdp());

    assertThat(again.maxFrameBytes()).isEqualTo(read.maxFrameBytes());
    assertThat(again.bindingWith(again)).isEqualTo(read.bindingWith(read));
    assertThat(again.with(read.candidates()).sdp()).isEqualTo(read.sdp());
  }

  @Test
  void oneCertificateMayBeNamedAnywhereAndAgain() {
    assertThat(refusal(description("", line(PEERS)))).isEmpty();
    assertThat(refusal(description("", PEERS))).isEmpty();
    assertThat(refusal(description("", PEERS + "\n"))).isEmpty();
    assertThat(refusal(description(line(PEERS), ""))).isEmpty();
    assertThat(refusal(description(line(PEERS), line(PEERS)))).isEmpty();
    assertThat(refusal(description(line(PEERS), line(PEERS.replace("AB", "ab"))))).isEmpty();
  }

  @Test
  void anotherCertificateBesideItIsSeen() {
    assertThat(refusal(description(line(PEERS), line(MALLORYS)))).contains("several");
    assertThat(refusal(description(line(MALLORYS), line(PEERS)))).contains("several");
    assertThat(refusal(description("", line(PEERS) + line(MALLORYS)))).contains("several");
    assertThat(refusal(description(line(PEERS), line(PEERS.replace("sha-256", "sha-1")))))
        .contains("several");
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
        "a=x:",
        " ",
      })
  void aCertificateHiddenInAnotherLineIsSeen(String before) {
    String hidden = line(before + PEERS);

    assertThat(refusal(description(hidden, line(MALLORYS)))).contains("several");
    assertThat(refusal(description("", line(MALLORYS) + hidden))).contains("several");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=fingerprint:sha-256",
        "a=fingerprint:sha-256 ",
        "a=fingerprint:sha-256  AB:CD",
        "a=fingerprint:sha-256 AB:CD",
        "a=fingerprint:sha-256 AB:CD x",
        "a=fingerprint:sha-256 XY",
        "b=fingerprint:sha-256 AB:CD"
      })
  void noCertificateIsSeen(String attribute) {
    assertThat(refusal(description("", line(attribute)))).contains("names no certificate");
    assertThat(refusal(description("", ""))).contains("names no certificate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel x",
        "m=application 99999999999 UDP/DTLS/SCTP webrtc-datachannel",
        "m=application 9 RTP/SAVPF 101"
      })
  void onlyOneDataChannelIsTaken(String media) {
    assertThat(refusal(HEAD + line(media) + ICE + line(PEERS))).isNotEmpty();
    assertThat(refusal(description("", line(PEERS) + line(media)))).isNotEmpty();
  }

  @Test
  void oneMediaSectionIsTheMost() {
    assertThat(refusal(description("", line(PEERS) + MEDIA))).contains("none for a data channel");
    assertThat(refusal(HEAD + line(PEERS) + ICE)).contains("none for a data channel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "a=",
        "a=mid",
        "a=mid:" + "x\u0000",
        "a=mid:another",
        "a=\u00e9",
        "z=0 0",
        "k=prompt",
        "u=http://198.51.100.1/",
        "v=0",
        "t=0 0",
        "c=IN IP4 evil.example.org",
        "b=AS:-1",
        "a=ice-ufrag:other",
        "a=ice-ufrag:a b",
        "a=ice-pwd:short",
        "a=setup:holdconn",
        "a=ice-options:a,b",
        "a=group:LS 0",
        "a=group:BUNDLE other",
        "a=sctp-port:0",
        "a=sctp-port:99999",
        "a=sctp-port:-1",
        "a=max-message-size:-1",
        "a=max-message-size:9999999999999999999999",
        "A=mid:0",
        "av=mid:0"
      })
  void whatHasNoKnownFormIsRefused(String line) {
    assertThat(refusal(description("", line(PEERS)))).isEmpty();
    assertThat(refusal(description("", line(line) + line(PEERS))))
        .isEqualTo("is not in the form that WebRTC clients use");
  }

  @Test
  void linesAreBounded() {
    String unknown = line("a=unknown:x");
    assertThat(refusal(description("", line(PEERS) + unknown.repeat(100)))).isEmpty();
    assertThat(refusal(description("", line(PEERS) + unknown.repeat(400)))).isNotEmpty();
    assertThat(refusal(description("", line(PEERS) + line("a=x:" + "x".repeat(1_000))))).isEmpty();
    assertThat(refusal(description("", line(PEERS) + line("a=x:" + "x".repeat(1_025)))))
        .isNotEmpty();
    String candidate = line("a=candidate:1 1 udp 1 198.51.100.1 5000 typ host");
    assertThat(refusal(description("", line(PEERS) + candidate.repeat(256)))).isEmpty();
    assertThat(refusal(description("", line(PEERS) + candidate.repeat(257)))).isNotEmpty();
  }

  @Test
  void linesHaveAnOrder() {
    String whole = description("", line(PEERS));
    assertThat(refusal(whole)).isEmpty();
    assertThat(refusal(whole.replace("v=0\r\n", ""))).isNotEmpty();
    assertThat(refusal(whole.replace("t=0 0\r\n", ""))).isNotEmpty();
    assertThat(refusal(whole.replace("s=-\r\nt=0 0\r\n", "t=0 0\r\ns=-\r\n"))).isNotEmpty();
    assertThat(refusal(whole.replace("s=-", "b=AS:30\r\ns=-"))).isNotEmpty();
    assertThat(refusal(whole.replace(MEDIA, MEDIA + "a=x\r\nc=IN IP4 0.0.0.0\r\n"))).isNotEmpty();
  }

  /** A browser's next version says something new; it is no reason to lose an old friend. */
  @Test
  void anAttributeThatIsNotKnownIsIgnoredAndNotHandedOn() throws Exception {
    Description read =
        Description.parse(description(line("a=new-thing:1 2"), line("a=x") + line(PEERS)));

    assertThat(read.sdp()).doesNotContain("new-thing").doesNotContain("a=x");
  }

  @Test
  void aCandidateThatCannotBeReadIsLeftOut() throws Exception {
    Description read =
        Description.parse(
            description(
                "",
                line("a=candidate:1 1 udp 1 evil.example.org 5000 typ host")
                    + line("a=candidate:2 1 udp 1 198.51.100.1 5000 typ host")
                    + line(PEERS)));

    assertThat(read.candidates()).hasSize(1);
    assertThat(read.sdp()).contains("198.51.100.1").doesNotContain("evil");
  }

  @Test
  void whatIsRefusedIsNotRepeated() {
    String mark = "deadbeef";
    String sdp = description("", line("a=mid:" + mark + " " + mark) + line(PEERS));

    assertThatThrownBy(() -> Description.parse(sdp))
        .isInstanceOf(Description.Refused.class)
        .hasMessageNotContaining(mark)
        .hasNoCause();
  }

  @ParameterizedTest
  @CsvSource({"0,262144", "1,1", "65536,65536", "1073741823,262144", "999999999999999999,262144"})
  void aFrameIsAsLongAsThePeerTakesAndNoLongerThanABrowserTakes(String stated, int bytes)
      throws Exception {
    String size = line("a=max-message-size:" + stated);

    assertThat(Description.parse(description("", line(PEERS) + size)).maxFrameBytes())
        .isEqualTo(bytes);
    assertThat(Description.parse(description("", line(PEERS))).maxFrameBytes()).isEqualTo(65_536);
  }

  @Test
  void theBindingIsMadeOfBothCertificates() throws Exception {
    Description peers = Description.parse(description("", line(PEERS)));
    Description mallorys = Description.parse(description("", line(MALLORYS)));

    assertThat(peers.bindingWith(mallorys)).isEqualTo(mallorys.bindingWith(peers));
    assertThat(peers.bindingWith(mallorys)).isNotEqualTo(peers.bindingWith(peers));
  }

  @Test
  void theBindingIsAsInTheProtocol() throws Exception {
    Description rising =
        Description.parse(description("", line("a=fingerprint:sha-256 " + RISING)));
    Description falling =
        Description.parse(description("", line("a=fingerprint:SHA-256 " + FALLING)));

    assertThat(HexFormat.of().formatHex(falling.bindingWith(rising).bytes()))
        .isEqualTo("cb2b1b7fb5dc5e8026d0fc230e1c35c8f2538dded5020a3c30d2792e1f1f1560");
  }
}
