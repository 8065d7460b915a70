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
      grace.started(7);
    }
    pass(2_999);
    assertThat(grace.lasts()).isTrue();
    pass(1);
    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void aBundleThatStartsAfterwardsChangesNothing() {
    pass(3_000);

    grace.started(7);

    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void bundlesThatStartWithoutEndDoNotHideWhatIsMissing() {
    for (int i = 0; i < 40; i++) {
      pass(2_000);
      grace.started(7);
    }
    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void aBundleThatTakesLongToStartIsWaitedFor() {
    pass(1_000);
    grace.starts(7);
    pass(10_000);
    assertThat(grace.lasts()).isTrue();
    grace.started(7);
    pass(2_999);
    assertThat(grace.lasts()).isTrue();
    pass(1);
    assertThat(grace.lasts()).isFalse();
  }

  @Test
  void aBundleWhoseStartHangsHidesWhatIsMissingForAMinute() {
    grace.starts(7);
    pass(59_999);
    assertThat(grace.lasts()).isTrue();
    pass(1);
    assertThat(grace.lasts()).isFalse();
  }
}
