// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionTest {
  private static final String ID = "0123456789abcdef".repeat(2);
  private static final Fingerprint FINGERPRINT =
      new Fingerprint(String.join(":", Collections.nCopies(32, "AB")));
  private static final String CANDIDATE =
      "a=candidate:1 1 tcp 1 192.0.2.1 99 typ host tcptype passive\r\n";

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    List<Candidate> candidates =
        List.of(
            new Candidate(InetAddress.getByName("192.0.2.1"), 40_123),
            new Candidate(InetAddress.getByName("2001:db8::1"), 99));

    String sdp = new Description(ID, FINGERPRINT, 262_144, 40_123, candidates).sdp();

    assertThat(sdp).contains("\r\nm=application 40123 TLS/TCP/WSS chroniclesync\r\n");
    assertThat(Description.isOne(sdp)).isTrue();
    assertThat(Description.parse(sdp))
        .isEqualTo(new Description(ID, FINGERPRINT, 262_144, Description.NO_PORT, candidates));
  }

  @Test
  void theNetworkOfAnAddressIsNotTold() throws Exception {
    byte[] bytes = InetAddress.getByName("2001:db8::1").getAddress();
    InetAddress scoped = Inet6Address.getByAddress(null, bytes, 1);

    assertThat(scoped.getHostAddress()).contains("%");
    assertThat(sdp(List.of(new Candidate(scoped, 99)))).doesNotContain("%").contains("2001:db8:");
  }

  @ParameterizedTest
  @CsvSource({
    "a=connection:0123,a=connection:xyz",
    "a=fingerprint:sha-256,a=fingerprint:sha-1",
    "max-message-size:262144,max-message-size:100",
    "max-message-size:262144,max-message-size:99999999999999999999",
    "TLS/TCP/WSS,UDP/DTLS/SCTP",
    "s=-,m=audio 9 UDP/TLS/RTP/SAVPF 111"
  })
  void whatCannotBeUsedIsNone(String part, String spoiled) {
    String sdp = sdp(List.of());
    assertThat(sdp).contains(part);

    assertThat(Description.parse(sdp.replace(part, spoiled))).isNull();
  }

  @Test
  void aGreaterMessageThanWeSendIsTakenDown() {
    String sdp = sdp(List.of()).replace("size:262144", "size:100000000000000000");

    assertThat(Description.parse(sdp))
        .isNotNull()
        .extracting(Description::maxMessageBytes)
        .isEqualTo(262_144);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,0.0.0.0",
    "192.0.2.1,224.0.0.1",
    "192.0.2.1,fe80::1",
    "192.0.2.1,a.b",
    " 99 , 0 "
  })
  void whereNobodyCanBeIsNotTried(String part, String spoiled) {
    String good = sdp(List.of()) + CANDIDATE;
    String bad = sdp(List.of()) + CANDIDATE.replace(part.trim(), spoiled.trim());

    assertThat(Description.parse(bad + CANDIDATE)).isEqualTo(Description.parse(good));
  }

  @Test
  void noMoreThanSixteenAddressesAreTried() {
    assertThat(Description.parse(sdp(List.of()) + CANDIDATE.repeat(100)))
        .isNotNull()
        .satisfies(parsed -> assertThat(parsed.candidates()).hasSize(16));
  }

  private static String sdp(List<Candidate> candidates) {
    return new Description(ID, FINGERPRINT, 262_144, 9, candidates).sdp();
  }
}
