// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often passwords may be tried. */
class AttemptsTest {
  private final AtomicLong now = new AtomicLong();
  private final Attempts attempts = new Attempts(now::get);

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  private int taken(InetAddress from, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += attempts.take(from) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void someAtOnceThenOneFromTimeToTime() throws Exception {
    InetAddress one = address("192.168.1.2");
    assertThat(taken(one, 100)).isEqualTo(Attempts.BURST);
    assertThat(attempts.secondsLeft(one)).isEqualTo((int) Attempts.PAUSE_SECONDS);
    assertThat(taken(address("192.168.1.3"), 1)).isEqualTo(1);

    now.addAndGet(Duration.ofSeconds(Attempts.PAUSE_SECONDS).toNanos());
    assertThat(attempts.secondsLeft(one)).isZero();
    assertThat(taken(one, 100)).isEqualTo(1);
  }

  @Test
  void whoKnowsThePasswordHasNotGuessed() throws Exception {
    InetAddress one = address("192.168.1.2");
    taken(one, Attempts.BURST);
    attempts.succeeded(one);
    assertThat(attempts.take(one)).isTrue();
  }

  @Test
  void manyAddressesTogetherHaveABoundAndTakeNoMemory() throws Exception {
    int taken = 0;
    for (int i = 0; i < 10_000; i++) {
      taken += taken(address("10.0." + i / 250 + "." + i % 250), 1);
    }
    assertThat(taken).isEqualTo(Attempts.BURST_OF_ALL);
    assertThat(attempts.addresses()).isLessThanOrEqualTo(Attempts.MAX_ADDRESSES);

    now.addAndGet(Duration.ofSeconds(Attempts.PAUSE_SECONDS_OF_ALL).toNanos());
    assertThat(taken(address("10.200.0.1"), 2)).isEqualTo(1);
  }

  @Test
  void anIpv6NetworkIsOne() throws Exception {
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      taken += taken(address("fd00:0:0:1::" + Integer.toHexString(i)), 1);
    }
    assertThat(taken).isEqualTo(Attempts.BURST);
    assertThat(attempts.take(address("fd00:0:0:2::1"))).isTrue();
  }
}
