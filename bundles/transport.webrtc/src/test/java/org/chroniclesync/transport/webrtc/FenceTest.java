// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FenceTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void whateverIsThrownIsSaidOnceAMinuteWithItsCountAndWithoutItsText() throws Exception {
    Fence fence = new Fence(nanos::get);
    String log =
        Captured.log(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                assertThat(fence.run(FenceTest::fails)).isFalse();
              }
              nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
              assertThat(fence.run(FenceTest::fails)).isFalse();
            });

    assertThat(log.lines()).hasSize(2);
    assertThat(log).contains("failed, 1 since").contains("failed, 1000 since");
    assertThat(log).doesNotContain("deadbeef").doesNotContain("Error");
  }

  private static void fails() {
    throw new Error("deadbeef");
  }

  @Test
  void whatGoesWellIsNotSaid() throws Exception {
    Fence fence = new Fence(nanos::get);

    assertThat(Captured.log(() -> assertThat(fence.run(() -> {})).isTrue())).isEmpty();
  }
}
