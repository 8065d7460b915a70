// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.core.base.FailureLog;

/** A guarded store that keeps sums. */
final class GuardedSums extends GuardedStore implements SummingStore {
  private final SummingStore store;

  GuardedSums(SummingStore store, String type, FailureLog failures) {
    super(store, type, failures);
    this.store = store;
  }

  @Override
  public Fingerprint fingerprint(Range range) throws StorageException {
    return required("fingerprint", () -> store.fingerprint(range));
  }

  @Override
  public List<Bound> split(Range range, int parts) throws StorageException {
    return required("split", () -> store.split(range, parts));
  }

  @Override
  public Cursor<Entry> standing(Range range) throws StorageException {
    return guarded(required("standing", () -> store.standing(range)));
  }
}
