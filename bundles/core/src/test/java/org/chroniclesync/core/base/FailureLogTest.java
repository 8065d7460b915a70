// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.chroniclesync.api.sync.NodeStatus;
import org.junit.jupiter.api.Test;

class FailureLogTest {
  @Test
  void failuresAreCountedAndBounded() {
    FailureLog failures = new FailureLog(Clock.systemUTC());
    for (int i = 0; i < 2 * NodeStatus.MAX_FAILURES; i++) {
      failures.add("failure " + i);
    }
    failures.add("failure 150");

    assertThat(failures.newestFirst()).hasSize(NodeStatus.MAX_FAILURES);
    assertThat(failures.newestFirst().get(0).what()).isEqualTo("failure 150");
    assertThat(failures.newestFirst().get(0).times()).isEqualTo(2);
  }
}
