// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;

/**
 * How far deletions have got: which devices hold them. Shown to any thread; else for the loop only.
 */
final class Reached {
  private static final Duration GATHER = Duration.ofMillis(500);

  private final Stores stores;
  private final Supplier<List<KnownDevice>> devices;
  private final Notes notes;
  private final EventLoop loop;
  private final FailureLog failures;

  /** For each device the greatest number such that it holds this deletion and all before it. */
  private final Map<String, Long> holds = new ConcurrentHashMap<>();

  private final AtomicBoolean due = new AtomicBoolean();

  Reached(
      Stores stores,
      Supplier<List<KnownDevice>> devices,
      Notes notes,
      EventLoop loop,
      FailureLog failures) {
    this.stores = stores;
    this.devices = devices;
    this.notes = notes;
    this.loop = loop;
    this.failures = failures;
  }

  void start() {
    stores.reach().follow(this::changed);
  }

  /** Takes over what was noted of a device before the node started. */
  void read(String peer, long number) {
    holds.put(peer, number);
  }

  Deletion shown(Noted one) {
    List<KnownDevice> holding = new ArrayList<>();
    List<KnownDevice> lacking = new ArrayList<>();
    for (KnownDevice device : devices.get()) {
      boolean has = holds.getOrDefault(device.peer().value(), 0L) >= one.number();
      (has ? holding : lacking).add(device);
    }
    return new Deletion(
        one.number(),
        one.at(),
        one.visits(),
        one.state(),
        one.undoUntil(),
        one.problem(),
        holding,
        lacking);
  }

  private void changed() {
    if (!notes.isEmpty() && !due.getAndSet(true)) {
      loop.after(GATHER, this::look);
    }
  }

  void look() {
    due.set(false);
    StoreState state = stores.stateNow();
    if (state == null || notes.isEmpty()) {
      return;
    }
    notes.all().forEach(one -> notes.put(inFeed(one, state)));
    Map<String, String> marks = new HashMap<>();
    stores
        .reach()
        .held()
        .forEach(
            (peer, position) -> {
              long number = reached(position);
              if (number > holds.getOrDefault(peer.value(), 0L)) {
                holds.put(peer.value(), number);
                marks.put(Noted.holds(peer.value()), Long.toString(number));
              }
            });
    if (marks.isEmpty()) {
      return;
    }
    try {
      for (Map.Entry<String, String> mark : marks.entrySet()) {
        stores.borrow(
            store ->
                store.merge(new Batch(List.of(), null, Map.of(mark.getKey(), mark.getValue()))));
      }
    } catch (StorageException e) {
      failures.add("How far deletions have got could not be noted: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In another store's feed a tombstone is somewhere before its present head. */
  private static Noted inFeed(Noted one, StoreState state) {
    FeedPosition last = one.last();
    return last == null || last.feed().equals(state.feed())
        ? one
        : one.with(one.visits(), new FeedPosition(state.feed(), state.head()));
  }

  /** Returns the greatest number such that this deletion and all before it are held. */
  private long reached(FeedPosition position) {
    long reached = 0;
    for (Noted one : notes.all()) {
      FeedPosition last = one.last();
      boolean held =
          last == null
              ? one.state() != State.UNDER_WAY
              : last.feed().equals(position.feed()) && last.after() <= position.after();
      if (!held || one.state() == State.UNDER_WAY) {
        break;
      }
      reached = one.number();
    }
    return reached;
  }
}
