// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/** What is noted of the deletions of this device, by their numbers. Safe for any thread. */
final class Notes {
  private final Stores stores;
  private final NavigableMap<Long, Noted> byNumber = new ConcurrentSkipListMap<>();

  Notes(Stores stores) {
    this.stores = stores;
  }

  @Nullable Noted at(long number) {
    return byNumber.get(number);
  }

  /** Returns what is noted of one that is known to be. */
  Noted current(long number) {
    Noted now = byNumber.get(number);
    if (now == null) {
      throw new IllegalStateException("deletion " + number + " is not noted");
    }
    return now;
  }

  /** Returns all, the oldest first. */
  List<Noted> all() {
    return List.copyOf(byNumber.values());
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  /** Returns the number after the greatest. */
  long next() {
    Map.Entry<Long, Noted> last = byNumber.lastEntry();
    return last == null ? 1 : last.getKey() + 1;
  }

  /** Notes it for as long as the node runs. */
  void put(Noted one) {
    byNumber.put(one.number(), one);
  }

  /** Notes it in the store. */
  void keep(Noted one) throws StorageException, InterruptedException {
    stores.borrow(
        store -> store.merge(new Batch(List.of(), null, Map.of(one.mark(), one.value()))));
    put(one);
  }

  void forget(long number) {
    byNumber.remove(number);
  }
}
