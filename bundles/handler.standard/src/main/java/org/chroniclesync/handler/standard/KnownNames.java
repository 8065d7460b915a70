// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * The names of devices, as marks in the store. Safe for any thread, without a lock: what two
 * threads change at once is joined, and whoever wrote what is not the latest any more writes again.
 */
final class KnownNames {
  private static final String MARK = "names/";
  private static final String SEPARATOR = "\t";
  private static final int PARTS = 5;

  private final History history;
  private final Clock clock;
  private final Map<DeviceId, DeviceName> known = new ConcurrentHashMap<>();

  KnownNames(History history, Clock clock) {
    this.history = history;
    this.clock = clock;
  }

  /** Reads what the store knows; another one may have taken its place. */
  Map<DeviceId, DeviceName> all() throws StorageException, InterruptedException {
    stored().forEach(this::join);
    return Map.copyOf(known);
  }

  /**
   * Joins what a peer knows with what is known here, durably.
   *
   * @return what changed here
   */
  List<DeviceName> learn(Collection<DeviceName> names)
      throws StorageException, InterruptedException {
    Map<DeviceId, DeviceName> before = all();
    names.forEach(one -> join(one.device(), one));
    write();
    return known.values().stream()
        .filter(one -> !one.equals(before.getOrDefault(one.device(), unknown(one))))
        .toList();
  }

  /**
   * Changes what is known of a device, durably.
   *
   * @return what changed, or null if nothing did, because it is so already or there is no room
   */
  @Nullable DeviceName change(DeviceId device, UnaryOperator<DeviceName> change)
      throws StorageException, InterruptedException {
    DeviceName unknown = DeviceName.unknown(device);
    DeviceName before = unknown.with(all().getOrDefault(device, unknown), clock.millis());
    DeviceName after = change.apply(before);
    if (after.equals(before) || !join(device, after)) {
      return null;
    }
    write();
    return known.get(device);
  }

  /** Returns false if there is no room for one more. */
  private boolean join(DeviceId device, DeviceName name) {
    long now = clock.millis();
    DeviceName sound = DeviceName.unknown(device).with(name, now);
    boolean room = known.containsKey(device) || known.size() < DeviceNames.MAX_DEVICES;
    if (room && !sound.equals(DeviceName.unknown(device))) {
      known.merge(device, sound, (one, other) -> one.with(other, now));
    }
    return room;
  }

  boolean isFull() {
    return known.size() >= DeviceNames.MAX_DEVICES;
  }

  private void write() throws StorageException, InterruptedException {
    Map<DeviceId, DeviceName> written = stored();
    List<DeviceName> due = due(written);
    while (!due.isEmpty()) {
      List<DeviceName> now = due.subList(0, Math.min(due.size(), Batch.MAX_MARKS));
      Map<String, String> marks = new HashMap<>();
      now.forEach(one -> marks.put(MARK + one.device().value(), mark(one)));
      history.merge(new Batch(List.of(), null, marks));
      now.forEach(one -> written.put(one.device(), one));
      due = due(written);
    }
  }

  private List<DeviceName> due(Map<DeviceId, DeviceName> written) {
    return new ArrayList<>(
        known.values().stream().filter(one -> !one.equals(written.get(one.device()))).toList());
  }

  private Map<DeviceId, DeviceName> stored() throws StorageException, InterruptedException {
    Map<DeviceId, DeviceName> stored = new HashMap<>();
    history
        .borrow(HistoryStore::marks)
        .forEach(
            (name, value) -> {
              DeviceName one = name.startsWith(MARK) ? parsed(name, value) : null;
              if (one != null) {
                stored.put(one.device(), one);
              }
            });
    return stored;
  }

  private static DeviceName unknown(DeviceName one) {
    return DeviceName.unknown(one.device());
  }

  // --- As a mark --------------------------------------------------------------------------------

  private static String mark(DeviceName one) {
    return String.join(
        SEPARATOR,
        Long.toString(one.toldAtMillis()),
        Long.toString(one.namedAtMillis()),
        one.computer(),
        one.profile(),
        one.name());
  }

  private static @Nullable DeviceName parsed(String mark, String value) {
    String[] parts = value.split(SEPARATOR, PARTS);
    try {
      return parts.length < PARTS
          ? null
          : new DeviceName(
              new DeviceId(mark.substring(MARK.length())),
              parts[2],
              parts[3],
              Long.parseLong(parts[0]),
              Objects.requireNonNull(parts[4]),
              Long.parseLong(parts[1]));
    } catch (IllegalArgumentException e) {
      // Of a later version, perhaps.
      return null;
    }
  }
}
