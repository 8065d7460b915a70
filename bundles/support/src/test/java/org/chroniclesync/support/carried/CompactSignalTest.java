// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.carried;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.chroniclesync.support.qr.QrCode;
import org.junit.jupiter.api.Test;

class CompactSignalTest {
  private static final int MAX_CHARS = 131_072;

  /** What libwebrtc made on a computer with one interface, two kinds of addresses. */
  private static final String OFFER =
      "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 3296852478601196933 2 IN IP4 127.0.0.1\\r\\ns=-"
          + "\\r\\nt=0 0\\r\\na=group:BUNDLE 0\\r\\na=extmap-allow-mixed\\r\\na=msid-semantic: WMS"
          + "\\r\\nm=application 44380 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 192.0.2.2"
          + "\\r\\na=candidate:2893760925 1 udp 2122194687 192.0.2.2 44380 typ host generation 0"
          + " network-id 1\\r\\na=candidate:1729988733 1 udp 2122265343 2001:db8::2 55108 typ host"
          + " generation 0 network-id 2\\r\\na=candidate:1389468937 1 tcp 1518214911 192.0.2.2"
          + " 43487 typ host tcptype passive generation 0 network-id 1\\r\\na=candidate:2578930921"
          + " 1 tcp 1518285567 2001:db8::2 36315 typ host tcptype passive generation 0 network-id 2"
          + "\\r\\na=ice-ufrag:/PMx\\r\\na=ice-pwd:1AjPkfWCREZFJYfC6Yh/K8do\\r\\na=ice-options:"
          + "trickle\\r\\na=fingerprint:sha-256 BF:40:44:EA:82:AC:F2:2F:F8:3E:F1:C8:47:68:7E:78:8D:"
          + "B1:6E:CF:76:BD:E0:93:26:48:5F:61:EB:5F:0F:9C\\r\\na=setup:actpass\\r\\na=mid:0\\r\\n"
          + "a=sctp-port:5000\\r\\na=max-message-size:262144\\r\\n\",\"node\":true}";

  @Test
  void anOfferIsReadAgainAlsoInLowerCase() {
    String compact = CompactSignal.of(OFFER);

    assertThat(CompactSignal.isCompact(compact)).isTrue();
    assertThat(CompactSignal.read(compact, MAX_CHARS)).isEqualTo(OFFER);
    assertThat(CompactSignal.read(compact.toLowerCase(Locale.ROOT), MAX_CHARS)).isEqualTo(OFFER);
  }

  @Test
  void itsCodeIsReadByACamera() {
    assertThat(QrCode.rows(CompactSignal.of(OFFER)).size())
        .as("points a side")
        .isLessThanOrEqualTo(61)
        .isLessThan(QrCode.rows(OFFER).size());
  }

  @Property(tries = 300)
  void everyTextIsReadAgain(@ForAll String text) {
    String whole = new String(text.getBytes(UTF_8), UTF_8);

    assertThat(CompactSignal.read(CompactSignal.of(whole), MAX_CHARS)).isEqualTo(whole);
  }

  @Property(tries = 500)
  void bytesAreReadAgain(@ForAll @Size(max = 50) byte[] bytes) {
    assertThat(Base45.decode(Base45.encode(bytes))).isEqualTo(bytes);
  }

  /** Of RFC 9285. */
  @Test
  void theExamplesOfTheStandardAreTheirs() {
    assertThat(Base45.encode("AB".getBytes(US_ASCII))).isEqualTo("BB8");
    assertThat(Base45.encode("base-45".getBytes(US_ASCII))).isEqualTo("UJCLQE7W581");
    assertThat(Base45.decode("QED8WEX0")).asString().isEqualTo("ietf!");
    for (String none : new String[] {"A", "AAAA", "GGW", ":::", "::", "a;b"}) {
      assertThatIllegalArgumentException().as(none).isThrownBy(() -> Base45.decode(none));
    }
  }

  /** A kilobyte that becomes a gigabyte is stopped at the bound. */
  @Test
  void noMoreIsDecompressedThanAllowed() {
    String bomb = CompactSignal.of("x".repeat(1_000_000));

    assertThat(bomb.length()).isLessThan(3_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompactSignal.read(bomb, 1_000))
        .withMessageContaining("too long");
  }

  @Test
  void whatWasCutOrChangedIsRefused() {
    String compact = CompactSignal.of(OFFER);
    for (int length = 4; length < compact.length(); length += 7) {
      String cut = compact.substring(0, length);
      assertThatThrownBy(() -> CompactSignal.read(cut, MAX_CHARS))
          .as("cut to " + length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
