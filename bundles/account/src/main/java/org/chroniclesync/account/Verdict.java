// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Rule;
import org.jspecify.annotations.Nullable;

/**
 * What rules say of a visit that stands.
 *
 * @param leftOutBy the rule by which it goes, or null if it stays
 * @param url its address without secrets
 */
record Verdict(Entry entry, @Nullable Rule leftOutBy, String url) {
  static Verdict of(Entry entry, Judge judge) {
    Rule rule =
        judge.leavesOut(entry.url(), entry.visitTimeMillis(), entry.device().id()).orElse(null);
    return new Verdict(entry, rule, rule == null ? judge.cut(entry.url()) : entry.url());
  }

  boolean isCut() {
    return !url.equals(entry.url());
  }

  /** Returns the entry itself if nothing is to be done, or the version that takes its place. */
  Entry version(long madeMillis) {
    if (leftOutBy != null) {
      return entry.tombstone(madeMillis);
    }
    return isCut()
        ? new Entry(
            entry.device(),
            entry.visitId(),
            url,
            entry.title(),
            entry.visitTimeMillis(),
            entry.referringVisitId(),
            entry.transition(),
            madeMillis,
            false,
            entry.page(),
            entry.unknown())
        : entry;
  }
}
