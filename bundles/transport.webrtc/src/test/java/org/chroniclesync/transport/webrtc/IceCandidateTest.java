// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IceCandidateTest {
  private static IceCandidate read(String line) {
    return Objects.requireNonNull(IceCandidate.parse(line), line);
  }

  @ParameterizedTest
  @MethodSource("org.chroniclesync.transport.webrtc.Clients#candidates")
  void whatClientsSayIsRead(String line) {
    IceCandidate read = read(line);

    assertThat(IceCandidate.parse("a=" + line)).isEqualTo(read);
    assertThat(IceCandidate.parse(read.line())).isEqualTo(read);
    assertThat(line).contains(" " + read.port() + " ").contains(" " + read.priority() + " ");
  }

  @Test
  void allOfItIsRead() throws Exception {
    IceCandidate read =
        read(
            "candidate:842163049 1 tcp 1677729535 2001:db8::7 46154 typ relay raddr 10.0.0.1"
                + " rport 9 tcptype passive generation 3 ufrag AbC+ network-id 2 network-cost 10");

    assertThat(read)
        .isEqualTo(
            new IceCandidate(
                "842163049",
                IceCandidate.Transport.TCP_PASSIVE,
                1_677_729_535L,
                new IceCandidate.Host.Address(InetAddress.getByName("2001:db8::7")),
                46_154,
                IceCandidate.Type.RELAY,
                "3",
                "AbC+",
                "2",
                "10"));
    assertThat(read.line()).doesNotContain("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "candidate:",
        "candidate:1 1 udp 1 198.51.100.1 5000",
        "candidate:1 2 udp 1 198.51.100.1 5000 typ host",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ other",
        "candidate:1 1 sctp 1 198.51.100.1 5000 typ host",
        "candidate:1 1 tcp 1 198.51.100.1 5000 typ host",
        "candidate:1 1 tcp 1 198.51.100.1 5000 typ host tcptype other",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ host tcptype active",
        "candidate:1 1 udp 1 198.51.100.1 0 typ host",
        "candidate:1 1 udp 1 198.51.100.1 65536 typ host",
        "candidate:1 1 udp 4294967296 198.51.100.1 5000 typ host",
        "candidate:1 1 udp -1 198.51.100.1 5000 typ host",
        "candidate:1 1 udp 1 localhost 5000 typ host",
        "candidate:1 1 udp 1 printer.local 5000 typ host",
        "candidate:1 1 udp 1 metadata.example.org 5000 typ host",
        "candidate:1 1 udp 1 caec5062-498c-43a3-b6f5-36306fd5a8ce.locale 5000 typ host",
        "candidate:1 1 udp 1 caec5062x498c-43a3-b6f5-36306fd5a8ce.local 5000 typ host",
        "candidate:1 1 udp 1 1.2.3 5000 typ host",
        "candidate:1 1 udp 1 1.2.3.256 5000 typ host",
        "candidate:1 1 udp 1 010.2.3.4 5000 typ host",
        "candidate:1 1 udp 1 0x7f.1 5000 typ host",
        "candidate:1 1 udp 1 2130706433 5000 typ host",
        "candidate:1 1 udp 1 dead 5000 typ host",
        "candidate:1 1 udp 1 .: 5000 typ host",
        "candidate:1 1 udp 1 :::: 5000 typ host",
        "candidate:1 1 udp 1 fe80::1%eth0 5000 typ host",
        "candidate:1 1 udp 1 [2001:db8::1] 5000 typ host",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ host raddr",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ host x 1 x 2",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ host\r\na=x",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ host\n",
        "candidate:1  1 udp 1 198.51.100.1 5000 typ host",
        "candidate:1 1 udp 1 198.51.100.1 5000 typ host a 1 b 1 c 1 d 1 e 1 f 1 g 1 h 1 i 1 j 1"
            + " k 1 l 1 m 1 n 1 o 1 p 1 q 1"
      })
  void whatHasNoKnownFormIsNone(String line) {
    assertThat(IceCandidate.parse(line)).isNull();
  }

  /** Whatever is decided about an address is decided about the one that the library gets. */
  @Test
  void anAddressInDisguiseIsHandedOnWithoutIt() {
    IceCandidate read = read("candidate:1 1 udp 1 ::ffff:127.0.0.1 5000 typ host");

    assertThat(read.host().text()).isEqualTo("127.0.0.1");
    assertThat(read.line()).contains(" 127.0.0.1 ");
  }

  @Test
  void whatIsNotKnownIsNotHandedOn() {
    IceCandidate read =
        read("candidate:1 1 udp 1 198.51.100.1 5000 typ srflx raddr x rport y generation z new 1");

    assertThat(read.line()).isEqualTo("candidate:1 1 udp 1 198.51.100.1 5000 typ srflx");
  }
}
