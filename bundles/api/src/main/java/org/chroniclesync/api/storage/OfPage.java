// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.jspecify.annotations.Nullable;

/** The shown visits of one page among others. */
final class OfPage implements Cursor<Entry> {
  private final Cursor<Entry> all;
  private final String url;

  OfPage(Cursor<Entry> all, String url) {
    this.all = all;
    this.url = url;
  }

  @Override
  public @Nullable Entry next() throws StorageException {
    Entry next = all.next();
    while (next != null && !(next.url().equals(url) && Visibility.isShown(next))) {
      next = all.next();
    }
    return next;
  }

  @Override
  public void close() {
    all.close();
  }
}
