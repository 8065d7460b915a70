// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OriginTest {
  private static final TrustedProxies NONE = proxies();
  private static final TrustedProxies OURS = proxies("10.0.0.0/8", "2001:db8:9::/48");

  private static TrustedProxies proxies(String... texts) {
    return TrustedProxies.of(TestConfig.of(Map.of("trustedProxies", texts)));
  }

  private static Origin direct(String address) {
    return Origin.of(address, List.of(), NONE);
  }

  @Test
  void ipv6CountsByNetwork() {
    assertThat(direct("2001:db8:1:2::1")).isEqualTo(direct("2001:db8:1:2:ffff::9"));
    assertThat(direct("[2001:db8:1:2::1]")).isEqualTo(direct("2001:db8:1:2::1"));
    assertThat(direct("2001:db8:1:3::1")).isNotEqualTo(direct("2001:db8:1:2::1"));
    assertThat(direct("::ffff:10.0.0.1")).isEqualTo(direct("10.0.0.1"));
    assertThat(direct("fe80::1%eth0")).isEqualTo(direct("fe80::2%eth0"));
  }

  @Test
  void onlyATrustedProxyIsBelieved() {
    assertThat(Origin.of("192.0.2.1", List.of("1.1.1.1"), OURS)).isEqualTo(direct("192.0.2.1"));
    assertThat(Origin.of("10.0.0.1", List.of("1.1.1.1"), NONE)).isEqualTo(direct("10.0.0.1"));
    assertThat(Origin.of("10.0.0.1", List.of("1.1.1.1"), OURS)).isEqualTo(direct("1.1.1.1"));
  }

  @Test
  void whatTheClientInventedStandsBeforeTheProxysWord() {
    assertThat(Origin.of("10.0.0.1", List.of("1.1.1.1, 2.2.2.2"), OURS))
        .isEqualTo(direct("2.2.2.2"));
    // Some proxies add a header of their own after that of the client.
    assertThat(Origin.of("10.0.0.1", List.of("1.1.1.1", "2.2.2.2"), OURS))
        .isEqualTo(direct("2.2.2.2"));
    assertThat(Origin.of("10.0.0.1", List.of("10.9.9.9", "2.2.2.2"), OURS))
        .isEqualTo(direct("2.2.2.2"));
  }

  @Test
  void aProxyBehindAProxyIsSkipped() {
    assertThat(Origin.of("10.0.0.1", List.of("1.1.1.1, 2.2.2.2, 2001:db8:9::7, 10.3.4.5"), OURS))
        .isEqualTo(direct("2.2.2.2"));
    assertThat(Origin.of("10.0.0.1", List.of("10.0.0.7"), OURS)).isEqualTo(direct("10.0.0.7"));
  }

  @Test
  void portsAndBracketsOfAProxyAreLeftOut() {
    assertThat(Origin.of("10.0.0.1", List.of("[2001:db8::1]:443"), OURS))
        .isEqualTo(direct("2001:db8::1"));
    assertThat(Origin.of("10.0.0.1", List.of("2.2.2.2:443"), OURS)).isEqualTo(direct("2.2.2.2"));
  }

  @Test
  void namesAreNeverLookedUp() {
    for (String none : List.of("localhost", "999.1.1.1", "::::", "", "unknown", ",,")) {
      assertThat(Origin.of("10.0.0.1", List.of(none), OURS)).isEqualTo(direct("10.0.0.1"));
    }
    assertThat(direct("unknown")).isEqualTo(new Origin("other"));
  }

  @Test
  void aLongListCostsNoMoreThanAShortOne() {
    List<String> all = Collections.nCopies(100_000, "10.0.0.1");
    assertThat(Origin.of("10.0.0.2", all, OURS)).isEqualTo(direct("10.0.0.1"));
  }

  @Test
  void whatIsNoNetworkIsRefused() {
    assertThatThrownBy(() -> proxies("proxy.example"))
        .hasMessageContaining("trustedProxies of org.chroniclesync.discovery.server")
        .hasMessageContaining("an IP address or a network such as 10.0.0.0/8");
  }
}
