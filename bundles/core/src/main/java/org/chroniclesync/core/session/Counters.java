// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.concurrent.atomic.LongAdder;
import org.chroniclesync.api.sync.PeerStatus.Traffic;

/** What went over the channels of one peer. Safe for any thread. */
public final class Counters {
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder entriesIn = new LongAdder();
  final LongAdder entriesOut = new LongAdder();
  public final LongAdder refused = new LongAdder();
  public final LongAdder ignored = new LongAdder();

  public Traffic sum() {
    return new Traffic(
        bytesIn.sum(),
        bytesOut.sum(),
        entriesIn.sum(),
        entriesOut.sum(),
        refused.sum(),
        ignored.sum());
  }
}
