// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.memory;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryConfigTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 10_000_001})
  void badConfigurationNamesTheKey(int maxEntries) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MemoryHistoryStore(maxEntries))
        .withMessage(
            "org.chroniclesync.storage.memory: maxEntries is %d; allowed is 1 to 10000000",
            maxEntries);
  }
}
