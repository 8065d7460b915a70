// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.transport.AttemptReport;
import org.jspecify.annotations.Nullable;

/** The last attempts to connect with one peer. Safe for any thread. */
final class Attempts {
  private static final String REPLACED = "given up for a newer attempt";

  private final Clock clock;

  /** Newest last. */
  private final List<PeerAttempt> last = new ArrayList<>();

  Attempts(Clock clock) {
    this.clock = clock;
  }

  /** An attempt has come further. What it says after its end does not begin another. */
  synchronized void progress(String transport, AttemptReport report) {
    int known = newest(transport, one -> one.report().startedAt().equals(report.startedAt()));
    if (known >= 0) {
      PeerAttempt before = last.get(known);
      last.set(known, new PeerAttempt(transport, report, before.endedAt(), before.failure()));
      return;
    }
    end(transport, REPLACED);
    add(new PeerAttempt(transport, report, null, null));
  }

  synchronized void failed(String transport, String why) {
    if (!end(transport, why)) {
      Instant now = clock.instant();
      add(new PeerAttempt(transport, AttemptReport.unknown(now, false), now, why));
    }
  }

  synchronized void opened(String transport) {
    if (!end(transport, null)) {
      Instant now = clock.instant();
      add(new PeerAttempt(transport, AttemptReport.unknown(now, false), now, null));
    }
  }

  private boolean end(String transport, @Nullable String why) {
    int open = newest(transport, PeerAttempt::isUnderWay);
    if (open >= 0) {
      last.set(open, new PeerAttempt(transport, last.get(open).report(), clock.instant(), why));
    }
    return open >= 0;
  }

  private int newest(String transport, Predicate<PeerAttempt> which) {
    for (int i = last.size() - 1; i >= 0; i--) {
      if (last.get(i).transport().equals(transport) && which.test(last.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private void add(PeerAttempt attempt) {
    if (last.size() == PeerAttempt.MAX) {
      last.remove(0);
    }
    last.add(attempt);
  }

  synchronized List<PeerAttempt> newestFirst() {
    List<PeerAttempt> all = new ArrayList<>(last);
    Collections.reverse(all);
    return List.copyOf(all);
  }
}
