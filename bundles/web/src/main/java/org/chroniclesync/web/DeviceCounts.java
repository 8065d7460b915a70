// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices and how much each recorded. A store may look at all visits for it, so where there are
 * many, whoever asks gets what was counted last, and it is counted again in the background; only
 * the first of a store is waited for. Safe for any thread.
 */
final class DeviceCounts implements AutoCloseable {
  /** With more visits, nobody waits until they are counted again. */
  static final int MANY = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(DeviceCounts.class);

  private final LongReads turns;
  private final AtomicReference<@Nullable History> asked = new AtomicReference<>();
  private final Later background;
  private volatile @Nullable Known known;

  private record Known(StoreState state, List<DeviceSummary> devices) {
    boolean isOf(StoreState now) {
      return state.feed().equals(now.feed()) && state.head() == now.head();
    }

    /** Tells whether it may be shown a little longer. */
    boolean mayStay(StoreState now) {
      return state.feed().equals(now.feed()) && now.entries() >= MANY;
    }
  }

  /**
   * What was counted.
   *
   * @param devices by id
   * @param current false if the history has changed since, and they are being counted again
   */
  record Counted(List<DeviceSummary> devices, boolean current) {}

  DeviceCounts(LongReads turns, ThreadFactory factory) {
    this.turns = turns;
    background = new Later(factory, this::countAgain);
  }

  /** Returns them. */
  Counted all(History history) throws StorageException, InterruptedException {
    StoreState now = history.borrow(HistoryStore::state);
    Known before = known;
    if (before == null || !(before.isOf(now) || before.mayStay(now))) {
      return new Counted(firstOf(history), true);
    }
    boolean current = before.isOf(now);
    if (!current) {
      asked.set(history);
      background.wake();
    }
    return new Counted(before.devices(), current);
  }

  /** What another one counted meanwhile is as good. */
  private List<DeviceSummary> firstOf(History history)
      throws StorageException, InterruptedException {
    return turns.read(
        () -> {
          StoreState now = history.borrow(HistoryStore::state);
          Known before = known;
          return before != null && (before.isOf(now) || before.mayStay(now))
              ? before.devices()
              : count(history);
        });
  }

  private void countAgain() {
    History history = asked.getAndSet(null);
    if (history == null) {
      return;
    }
    try {
      turns.read(() -> count(history));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | RuntimeException | Error e) { // whoever asks again is told why
      LOG.debug("the devices could not be counted again", e);
    }
  }

  /** What comes while they are counted is counted next time. */
  private List<DeviceSummary> count(History history) throws StorageException, InterruptedException {
    Known counted = history.borrow(DeviceCounts::counted);
    known = counted;
    return counted.devices();
  }

  private static Known counted(HistoryStore store) throws StorageException {
    StoreState state = store.state();
    List<DeviceSummary> devices =
        store.devices().stream().sorted(Comparator.comparing(one -> one.device().id())).toList();
    return new Known(state, devices);
  }

  @Override
  public void close() {
    background.close();
  }
}
