// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.chroniclesync.api.message.Payload;
import org.junit.jupiter.api.Test;

/** What is measured does what it is measured for. */
class PartsTest {
  @Test
  void aTypicalEntryTakesNoMoreThanSixtyBytes() {
    assertThat(Parts.bytesAnEntry(CodecBenchmark.RECORD)).isLessThan(60);
  }

  @Test
  void entriesAreCodedBothWays() throws Exception {
    CodecBenchmark codec = new CodecBenchmark();

    assertThat(((Payload.History) codec.unpack().payload()).entries()).hasSize(2_000);
    assertThat(((Payload.History) codec.decodeJson().payload()).entries()).hasSize(250);
  }

  @Test
  void envelopesOpen() throws Exception {
    EnvelopeBenchmark envelopes = new EnvelopeBenchmark();

    assertThat(envelopes.seal().length()).isGreaterThan(envelopes.open().length);
  }

  @Test
  void aBatchIsMergedAndTheFeedRead() throws Exception {
    SqliteBenchmark sqlite = new SqliteBenchmark();
    SqliteBenchmark.Store store = new SqliteBenchmark.Store();
    try {
      store.fill();
      store.generate();

      assertThat(sqlite.merge(store).changed()).hasSize(SqliteBenchmark.BATCH);
      assertThat(sqlite.changes(store)).isEqualTo(SqliteBenchmark.FEED);
    } finally {
      store.close();
    }
  }
}
