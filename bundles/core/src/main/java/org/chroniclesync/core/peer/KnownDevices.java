// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.StoreMarks;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The devices that have proved that they belong to the account, in memory and as marks in the
 * store. Safe for any thread; nothing blocks but {@link #close}.
 */
public final class KnownDevices {
  /** A person's devices, and what they were replaced by over the years. */
  private static final int MOST = 1_000;

  /** A device may say who it is as often as it likes; so often it is noted. */
  private static final Duration NOTE_PERIOD = Duration.ofSeconds(1);

  private final Stores stores;
  private final Clock clock;
  private final FailureLog failures;
  private final Map<PeerId, KnownDevice> known = new ConcurrentHashMap<>();

  /** Devices that are noted when their time has come. */
  private final Set<PeerId> due = ConcurrentHashMap.newKeySet();

  /** When each was noted last, in {@link System#nanoTime}. */
  private final Map<PeerId, Long> notedAt = new ConcurrentHashMap<>();

  /** The store may be away for long, and nobody else should wait for it. */
  private final EventLoop notes;

  /** Knows nobody yet. */
  public KnownDevices(Stores stores, Clock clock, FailureLog failures) {
    this.stores = stores;
    this.clock = clock;
    this.failures = failures;
    this.notes = new EventLoop("chroniclesync-devices", failures);
  }

  /** Reads what the store knows, and tells of each device. */
  public void read(Consumer<PeerId> device) {
    notes.post(
        () ->
            attempt(
                () -> {
                  stores
                      .borrow(HistoryStore::marks)
                      .forEach((name, value) -> read(StoreMarks.device(name), value));
                  known.keySet().forEach(device);
                }));
  }

  private void read(@Nullable PeerId peer, String value) {
    KnownDevice noted = peer == null ? null : device(peer, value);
    if (noted != null) {
      known.merge(noted.peer(), noted, KnownDevices::together);
    }
  }

  private static KnownDevice together(KnownDevice now, KnownDevice noted) {
    return new KnownDevice(
        now.peer(),
        now.node(),
        now.name().isEmpty() ? noted.name() : now.name(),
        min(now.firstSeen(), noted.firstSeen()),
        now.lastSeen());
  }

  private static Instant min(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** A device is connected, or was until now. */
  void seen(PeerId peer, boolean node, @Nullable Device device) {
    Instant now = clock.instant();
    KnownDevice before = known.get(peer);
    if (before == null && known.size() >= MOST) {
      failures.add(
          "More than " + MOST + " devices have proved themselves; further ones are not noted.");
      return;
    }
    String name = device == null ? "" : name(device);
    known.put(
        peer,
        before == null
            ? new KnownDevice(peer, node, name, now, now)
            : new KnownDevice(
                peer, node, name.isEmpty() ? before.name() : name, before.firstSeen(), now));
    if (due.add(peer)) {
      notes.after(pause(peer), () -> noteNow(peer));
    }
  }

  private Duration pause(PeerId peer) {
    Long last = notedAt.get(peer);
    Duration left = last == null ? Duration.ZERO : NOTE_PERIOD.minusNanos(System.nanoTime() - last);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void noteNow(PeerId peer) {
    due.remove(peer);
    notedAt.put(peer, System.nanoTime());
    attempt(() -> note(peer));
  }

  private void note(PeerId peer) throws StorageException, InterruptedException {
    stores.mergeWith(
        (store, epoch) -> {
          read(peer, String.valueOf(store.mark(StoreMarks.device(peer))));
          String mark = StoreMarks.device(peer);
          KnownDevice device = known.get(peer);
          String value = device == null ? "" : value(device);
          return store.merge(new Batch(List.of(), null, Map.of(mark, value)));
        });
  }

  private interface Attempt {
    void make() throws StorageException, InterruptedException;
  }

  private void attempt(Attempt attempt) {
    try {
      attempt.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException e) {
      failures.add("Which devices there are could not be noted: " + e.getMessage());
    }
  }

  /**
   * Takes a device out, here and in the store. One that proves itself later is known again.
   *
   * @return false if it was not known
   */
  public boolean forget(PeerId peer) {
    boolean there = known.remove(peer) != null;
    if (there) {
      notes.post(() -> attempt(() -> erase(peer)));
    }
    return there;
  }

  /** On the thread of the notes, so that no earlier one comes after it. */
  private void erase(PeerId peer) throws StorageException, InterruptedException {
    stores.mergeWith(
        (store, epoch) ->
            store.merge(new Batch(List.of(), null, Map.of(StoreMarks.device(peer), ""))));
  }

  /** Returns all, those seen last first. */
  public List<KnownDevice> all() {
    return known.values().stream()
        .sorted(Comparator.comparing(KnownDevice::lastSeen).reversed())
        .toList();
  }

  /** Notes nothing more. */
  public void close(Duration patience) throws InterruptedException {
    notes.close(patience);
  }

  // --- As a mark --------------------------------------------------------------------------------

  private static String name(Device device) {
    String name =
        (device.platform().isEmpty() ? device.userAgent() : device.platform())
            + (device.browserName().isEmpty() ? "" : ", " + device.browserName());
    String shown = name.replaceAll("\\p{C}", "").strip();
    return shown.substring(0, Math.min(shown.length(), KnownDevice.MAX_NAME_CHARS));
  }

  private static String value(KnownDevice device) {
    return (device.node() ? "node" : "client")
        + " "
        + device.firstSeen().toEpochMilli()
        + " "
        + device.lastSeen().toEpochMilli()
        + " "
        + device.name();
  }

  private static @Nullable KnownDevice device(PeerId peer, String value) {
    String[] words = value.split(" ", 4);
    try {
      return words.length < 4
          ? null
          : new KnownDevice(
              peer,
              words[0].equals("node"),
              words[3],
              Instant.ofEpochMilli(Long.parseLong(words[1])),
              Instant.ofEpochMilli(Long.parseLong(words[2])));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
