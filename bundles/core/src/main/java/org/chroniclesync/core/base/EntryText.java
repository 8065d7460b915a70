// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;

/** How much text an entry holds: entries may be long, so their number alone bounds no memory. */
public final class EntryText {
  private EntryText() {}

  /** Returns the number of characters of its long members. */
  public static int chars(Entry entry) {
    PageSummary page = entry.page();
    return entry.url().length()
        + entry.title().length()
        + entry.unknown().json().length()
        + (page == null ? 0 : page.summary().length());
  }
}
