// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.storage.memory.MemoryHistoryStore;
import org.chroniclesync.testkits.storage.Fault;
import org.chroniclesync.testkits.storage.FaultyStore;

/** The store in memory, with faults that a test dials, and what it holds. */
public final class TestStores {
  private static final int MAX_ENTRIES = 1_000_000;

  private TestStores() {}

  /** Makes an empty store without a fault. */
  public static FaultyStore inMemory() {
    return FaultyStore.around(new MemoryHistoryStore(MAX_ENTRIES));
  }

  /** Reads all that stands, in an order that depends on nothing but what it is. */
  public static Set<Entry> entries(HistoryStore store) {
    return new LinkedHashSet<>(held(store).values());
  }

  /** Whether a store holds the version, or one that stands before it. */
  public static boolean covers(HistoryStore store, Entry entry) {
    return covers(held(store), entry);
  }

  /** Whether these hold the version, or one that stands before it. */
  public static boolean covers(Map<EntryId, Entry> held, Entry entry) {
    Entry stands = held.get(entry.id());
    return stands != null && !Precedence.ORDER.replaces(entry, stands);
  }

  /** Reads what stands for each visit. */
  public static Map<EntryId, Entry> held(HistoryStore store) {
    try (Cursor<Change> changes = store.changes(0)) {
      Map<EntryId, Entry> held = new HashMap<>();
      for (Change change = changes.next(); change != null; change = changes.next()) {
        // A later position is a later version, also if it came while this was read.
        held.put(change.entry().id(), change.entry());
      }
      return held;
    } catch (StorageException e) {
      throw new AssertionError(e);
    }
  }

  /** Fails the next merges, as a full disk does. */
  public static Fault<MergeResult> full(int times) {
    AtomicInteger left = new AtomicInteger(times);
    return right -> {
      if (left.getAndDecrement() > 0) {
        throw new StorageException(StorageException.Kind.FULL, "The disk is full.", null);
      }
      return right.call();
    };
  }

  /** Does something before each merge. */
  public static Fault<MergeResult> after(Runnable action) {
    return right -> {
      action.run();
      return right.call();
    };
  }
}
