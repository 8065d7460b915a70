// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.chroniclesync.transport.webrtc.LocalNetwork.Subnet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CandidatePolicyTest {
  private static final LocalNetwork HOME =
      new LocalNetwork(
          List.of(
              subnet("127.0.0.1", 8, null),
              subnet("::1", 128, null),
              subnet("192.168.1.20", 24, "192.168.1.255"),
              subnet("fd12:3456:789a:1::20", 64, null),
              subnet("fe80::20", 64, null)));
  private static final LocalNetwork NONE =
      new LocalNetwork(List.of(subnet("127.0.0.1", 8, null), subnet("::1", 128, null)));
  private static final LocalNetwork WIDE =
      new LocalNetwork(List.of(subnet("10.1.2.3", 8, "10.255.255.255")));

  private static Subnet subnet(String address, int bits, @Nullable String broadcast) {
    return new Subnet(address(address), bits, broadcast == null ? null : address(broadcast));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static IceCandidate at(String host, int port) {
    return candidate("udp", host, port, "");
  }

  private static IceCandidate candidate(String transport, String host, int port, String end) {
    return Objects.requireNonNull(
        IceCandidate.parse(
            "candidate:1 1 " + transport + " 1 " + host + " " + port + " typ host" + end));
  }

  private static boolean isAdmitted(LocalNetwork around, IceCandidate candidate) {
    return CandidatePolicy.ofAStranger(around).admits(candidate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "198.52.100.7",
        "100.63.0.1",
        "172.32.0.1",
        "223.255.255.254",
        "2a00:1450:4001::1",
        "192.168.1.77",
        "fd12:3456:789a:1::77",
        "fe80::77",
        "caec5062-498c-43a3-b6f5-36306fd5a8ce.local"
      })
  void aStrangerMayBeInTheInternetOrInOurNetwork(String host) {
    assertThat(isAdmitted(HOME, at(host, 40_000))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "127.0.0.1",
        "127.255.0.1",
        "::1",
        "::ffff:192.168.2.1",
        "::ffff:127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.1",
        "192.168.2.1",
        "192.168.1.255",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "fd12:3456:789a:2::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::c0a8:101",
        "2002:c0a8:101::1",
        "2001:0:1::1",
        "2001:db8::1"
      })
  void aStrangerIsNowhereElse(String host) {
    assertThat(isAdmitted(HOME, at(host, 40_000))).isFalse();
  }

  @Test
  void aStrangerHasNoPortOfAService() {
    for (int port : List.of(1, 53, 123, 161, 389, 443, 1_023)) {
      assertThat(isAdmitted(HOME, at("198.52.100.7", port))).as("port %d", port).isFalse();
    }
    assertThat(isAdmitted(HOME, at("198.52.100.7", 1_024))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {" tcptype active", " tcptype passive", " tcptype so"})
  void nothingConnectsToAStrangerByTcp(String type) {
    IceCandidate candidate = candidate("tcp", "198.52.100.7", 40_000, type);

    assertThat(isAdmitted(HOME, candidate)).isFalse();
    assertThat(CandidatePolicy.ofAProvenPeer().admits(candidate)).isTrue();
  }

  @Test
  void loopbackIsForMachinesThatAreInNoNetwork() {
    assertThat(isAdmitted(NONE, at("127.0.0.1", 40_000))).isTrue();
    assertThat(isAdmitted(NONE, at("::1", 40_000))).isTrue();
    assertThat(isAdmitted(NONE, at("192.168.1.77", 40_000))).isFalse();
    assertThat(isAdmitted(new LocalNetwork(List.of()), at("127.0.0.1", 40_000))).isFalse();
  }

  @Test
  void anInterfaceThatClaimsAWholeRangeOpensNoWholeRange() {
    assertThat(isAdmitted(WIDE, at("10.1.200.1", 40_000))).isTrue();
    assertThat(isAdmitted(WIDE, at("10.2.0.1", 40_000))).isFalse();
    assertThat(isAdmitted(WIDE, at("10.255.255.255", 40_000))).isFalse();
  }

  @Test
  void aStrangersCandidatesAreFewAndNoneCountsTwice() {
    CandidatePolicy policy = CandidatePolicy.ofAStranger(HOME);
    for (int i = 0; i < CandidatePolicy.MAX_OF_A_STRANGER; i++) {
      assertThat(policy.admits(at("198.52.100." + i, 40_000))).isTrue();
      assertThat(policy.admits(at("198.52.100." + i, 40_000))).isFalse();
      assertThat(policy.admits(at("127.0.0.1", 40_000 + i))).isFalse();
    }
    assertThat(policy.admits(at("198.52.100.200", 40_000))).isFalse();
  }

  @Test
  void aStrangersNamesAreFewer() {
    CandidatePolicy policy = CandidatePolicy.ofAStranger(HOME);
    int admitted = 0;
    for (int i = 0; i < 10; i++) {
      String name = "caec5062-498c-43a3-b6f5-36306fd5a8c" + i + ".local";
      admitted += policy.admits(at(name, 40_000)) ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(CandidatePolicy.MAX_NAMES_OF_A_STRANGER);
  }

  @Test
  void aProvenPeerMayBeAnywhereButNotEverywhere() {
    CandidatePolicy policy = CandidatePolicy.ofAProvenPeer();
    int admitted = 0;
    for (int i = 0; i < 2 * CandidatePolicy.MAX_OF_A_PROVEN_PEER; i++) {
      admitted += policy.admits(at("10.0." + i / 256 + "." + i % 256, 53)) ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(CandidatePolicy.MAX_OF_A_PROVEN_PEER);
  }

  @Test
  void thisMachineKnowsItsNetworks() {
    LocalNetwork now = LocalNetwork.now();

    assertThat(now.subnets()).isNotEmpty();
    for (Subnet subnet : now.subnets()) {
      assertThat(now.isAlone() || subnet.address().isLoopbackAddress())
          .isNotEqualTo(now.isBeside(subnet.address()));
    }
  }
}
