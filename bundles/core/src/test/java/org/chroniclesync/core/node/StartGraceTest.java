// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StartGraceTest {
  private Duration now = Duration.ofDays(1);
  private final StartGrace grace = new StartGrace(Duration.ofSeconds(3), () -> now.toNanos());

  private void pass(int millis) {
    now = now.plusMillis(millis);
  }

  @Test
  void itEndsWhenNothingStarts() {
    pass(2_999);
    assertThat(grace.lasts()).isTrue();
    pass(1);
    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void aSlowComputerIsWaitedForWhileBundlesStart() {
    for (int i = 0; i < 10; i++) {
      pass(2_000);
      grace.bundleStarted();
    }
    pass(2_999);
    assertThat(grace.lasts()).isTrue();
    pass(1);
    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void aBundleThatStartsAfterwardsChangesNothing() {
    pass(3_000);

    grace.bundleStarted();

    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void bundlesThatStartWithoutEndDoNotHideWhatIsMissing() {
    for (int i = 0; i < 40; i++) {
      pass(2_000);
      grace.bundleStarted();
    }
    assertThat(grace.lasts()).isFalse();
  }
}
