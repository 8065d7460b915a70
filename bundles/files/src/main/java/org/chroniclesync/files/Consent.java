// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Pause;
import org.jspecify.annotations.Nullable;

/** What its owner lets be stored, as it stood when an import began. */
record Consent(Judge judge, Pause.State pause) {
  /** Returns the reason why a visit must stay out, if there is one. */
  @Nullable SkipReason reason(String url, double visitMillis, DeviceId device) {
    if (pause.forgot(visitMillis)) {
      return SkipReason.PAUSED;
    }
    return judge.leavesOut(url, visitMillis, device).isPresent() ? SkipReason.EXCLUDED : null;
  }

  /** Cuts the secrets out of an address; one that is too long is left out anyway. */
  String cut(String url) {
    return url.length() > Bounds.MAX_URL_CHARS ? url : judge.cut(url);
  }

  Entry cut(Entry entry) {
    String url = judge.cut(entry.url());
    return url.equals(entry.url())
        ? entry
        : new Entry(
            entry.device(),
            entry.visitId(),
            url,
            entry.title(),
            entry.visitTimeMillis(),
            entry.referringVisitId(),
            entry.transition(),
            entry.lastModifiedMillis(),
            entry.deleted(),
            entry.page(),
            entry.unknown());
  }
}
