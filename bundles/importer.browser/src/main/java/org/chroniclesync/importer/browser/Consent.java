// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.Optional;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.StorageException;

/**
 * What its owner lets the importer do.
 *
 * @param rules what must not be stored
 * @param pause when nothing is imported
 */
record Consent(Rules rules, Pause pause) {
  /** Returns how it stands now. Waits while there is no storage. */
  Now now() throws StorageException, InterruptedException {
    return new Now(rules.judge(), pause.state());
  }

  /** As it stood at one moment. */
  record Now(Judge judge, Pause.State pause) {
    boolean isPaused() {
      return pause.until() != null;
    }

    /** Returns the reason why a visit must stay out, if there is one. */
    Optional<SkipReason> reason(String url, double visitMillis, DeviceId device) {
      if (pause.forgot(visitMillis)) {
        return Optional.of(SkipReason.PAUSED);
      }
      return judge.leavesOut(url, visitMillis, device).map(rule -> SkipReason.EXCLUDED);
    }
  }
}
