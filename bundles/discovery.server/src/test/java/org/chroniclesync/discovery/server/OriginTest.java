// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTest {
  @Test
  void ipv6CountsByNetwork() {
    assertThat(Origin.of("2001:db8:1:2::1", null))
        .isEqualTo(Origin.of("2001:db8:1:2:ffff::9", null));
    assertThat(Origin.of("[2001:db8:1:2::1]", null)).isEqualTo(Origin.of("2001:db8:1:2::1", null));
    assertThat(Origin.of("2001:db8:1:3::1", null)).isNotEqualTo(Origin.of("2001:db8:1:2::1", null));
    assertThat(Origin.of("::ffff:10.0.0.1", null)).isEqualTo(Origin.of("10.0.0.1", null));
  }

  @Test
  void onlyTheLastForwardedAddressCounts() {
    assertThat(Origin.of("10.0.0.1", "1.1.1.1, 2.2.2.2")).isEqualTo(new Origin("2.2.2.2"));
    assertThat(Origin.of("10.0.0.1", "[2001:db8::1]:443"))
        .isEqualTo(Origin.of("2001:db8::1", null));
  }

  @Test
  void namesAreNeverLookedUp() {
    assertThat(Origin.of("10.0.0.1", "localhost")).isEqualTo(new Origin("10.0.0.1"));
    assertThat(Origin.of("10.0.0.1", "999.1.1.1")).isEqualTo(new Origin("10.0.0.1"));
    assertThat(Origin.of("10.0.0.1", "::::")).isEqualTo(new Origin("10.0.0.1"));
    assertThat(Origin.of("unknown", null)).isEqualTo(new Origin("other"));
  }
}
