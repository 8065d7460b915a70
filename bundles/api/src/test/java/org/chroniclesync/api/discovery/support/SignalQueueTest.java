// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalQueueTest {
  private final SignalQueue queue = new SignalQueue(30);

  @Test
  void theOldestAreDroppedAndCounted() {
    queue.add("aaaa");
    queue.add("bbbb");
    queue.add("cccc");

    assertThat(queue.poll()).isEqualTo("bbbb");
    assertThat(queue.takeDropped()).isEqualTo(1);
    assertThat(queue.takeDropped()).isZero();
    assertThat(queue.poll()).isEqualTo("cccc");
    assertThat(queue.poll()).isNull();
  }

  @Test
  void whatIsLongerThanTheQueueIsDroppedAndTheNextFits() {
    queue.add("x".repeat(11));
    assertThat(queue.poll()).isNull();
    queue.add("y".repeat(10));
    assertThat(queue.poll()).hasSize(10);
    assertThat(queue.takeDropped()).isEqualTo(1);
  }
}
