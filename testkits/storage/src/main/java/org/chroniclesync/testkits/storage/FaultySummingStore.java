// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.SummingStore;

/** A faulty store in front of one that keeps sums. */
final class FaultySummingStore extends FaultyStore implements SummingStore {
  private final SummingStore right;

  FaultySummingStore(SummingStore right) {
    super(right);
    this.right = right;
  }

  @Override
  public Fingerprint fingerprint(Range range) throws StorageException {
    return dials().fingerprint().call(() -> right.fingerprint(range));
  }

  @Override
  public List<Bound> split(Range range, int parts) throws StorageException {
    return dials().split().call(() -> right.split(range, parts));
  }

  @Override
  public Cursor<Entry> standing(Range range) throws StorageException {
    return faulty(dials().standing().call(() -> right.standing(range)));
  }
}
