// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long a ping takes. */
class RoundTripTest {
  private final AtomicLong now = new AtomicLong();
  private final RoundTrip roundTrip = new RoundTrip(now::get);

  private void after(Duration span) {
    now.addAndGet(span.toNanos());
  }

  @Test
  void itIsFromThePingToItsEcho() {
    roundTrip.left(1);
    assertThat(roundTrip.latest()).isNull();
    after(Duration.ofMillis(12));
    roundTrip.echoed(1);
    assertThat(roundTrip.latest()).isEqualTo(Duration.ofMillis(12));

    roundTrip.left(2);
    assertThat(roundTrip.latest()).isEqualTo(Duration.ofMillis(12));
    after(Duration.ofMillis(7));
    roundTrip.echoed(2);
    assertThat(roundTrip.latest()).isEqualTo(Duration.ofMillis(7));
  }

  @Test
  void theShortestIsKeptWhateverComesLater() {
    assertThat(roundTrip.shortest()).isNull();
    for (int ping : new int[] {12, 7, 900}) {
      roundTrip.left(ping);
      after(Duration.ofMillis(ping));
      roundTrip.echoed(ping);
    }
    assertThat(roundTrip.shortest()).isEqualTo(Duration.ofMillis(7));
    assertThat(roundTrip.latest()).isEqualTo(Duration.ofMillis(900));
  }

  @Test
  void anEchoThatIsLateOrComesTwiceOrIsOfNoPingSaysNothing() {
    roundTrip.echoed(0);
    roundTrip.left(1);
    roundTrip.left(2);
    after(Duration.ofMillis(3));
    roundTrip.echoed(1);
    roundTrip.echoed(Double.NaN);
    assertThat(roundTrip.latest()).isNull();
    roundTrip.echoed(2);
    after(Duration.ofMillis(3));
    roundTrip.echoed(2);
    assertThat(roundTrip.latest()).isEqualTo(Duration.ofMillis(3));
  }
}
