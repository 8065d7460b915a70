// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void letsABurstThroughThenSoManyASecond() {
    TokenBucket bucket = new TokenBucket(10, 3, 0);
    assertThat(taken(bucket, 0)).isEqualTo(3);
    assertThat(taken(bucket, SECOND / 10)).isEqualTo(1);
    assertThat(taken(bucket, 100 * SECOND)).isEqualTo(3);
  }

  private static int taken(TokenBucket bucket, long now) {
    int taken = 0;
    while (bucket.take(now)) {
      taken++;
    }
    return taken;
  }
}
