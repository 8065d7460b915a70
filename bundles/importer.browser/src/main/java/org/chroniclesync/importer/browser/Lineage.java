// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.browsers.Copies;
import org.chroniclesync.support.browsers.Sameness;
import org.chroniclesync.support.browsers.Standing;
import org.chroniclesync.support.browsers.Visit;
import org.jspecify.annotations.Nullable;

/**
 * Which device a profile's visits are of. A profile gets its device from its path when it is first
 * seen. One that has the visits of a device of this node whose profile is gone was moved, and goes
 * on as that device. One whose original is still there, or comes back, is a copy and has a device
 * of its own from then on. For one thread.
 */
final class Lineage {
  /** How many of the newest visits are looked at. */
  static final int SAMPLE = 200;

  private static final String MARK = "profile/";
  private static final String SEPARATOR = "\t";

  private final Profile profile;
  private final DeviceId own;
  private final History history;
  private DeviceId device;
  private Optional<Noted> noted = Optional.empty();

  Lineage(Profile profile, PeerId self, History history) {
    this.profile = profile;
    this.own = profile.deviceId(self);
    this.history = history;
    this.device = own;
  }

  /** Where the profile of a device was, and as which device its visits came last. */
  private record Noted(DeviceId device, String directory) {
    static Optional<Noted> parse(@Nullable String mark) {
      String[] parts = mark == null ? new String[0] : mark.split(SEPARATOR, 2);
      return parts.length < 2
          ? Optional.empty()
          : Optional.of(new Noted(new DeviceId(parts[0]), parts[1]));
    }

    String mark() {
      return device.value() + SEPARATOR + directory;
    }
  }

  /**
   * Returns the device that the path alone tells; under it is noted how far the profile is read.
   */
  DeviceId own() {
    return own;
  }

  DeviceId device() {
    return device;
  }

  /** Looks what is noted. What an older version imported is noted at once. */
  void look() throws StorageException, InterruptedException {
    noted = history.borrow(store -> Noted.parse(store.mark(MARK + own.value())));
    DeviceId as = noted.map(Noted::device).orElse(own);
    boolean cameBack = !as.equals(own) && history.borrow(store -> isThere(store, as));
    device = cameBack ? own : as;
    if (noted.isEmpty() && !isNew() && !marks().isEmpty()) {
      history.merge(new Batch(List.of(), null, marks()));
    }
  }

  /** Tells whether nothing was ever read at this path. */
  boolean isNew() throws StorageException, InterruptedException {
    return history.borrow(store -> store.mark(Position.markOf(own)) == null);
  }

  /** Returns what is to be noted together with the visits; nothing if it is noted already. */
  Map<String, String> marks() {
    Noted now = new Noted(device, profile.directory().toString());
    return now.equals(noted.orElse(null)) || now.mark().length() > Batch.MAX_MARK_CHARS
        ? Map.of()
        : Map.of(MARK + own.value(), now.mark());
  }

  private boolean isThere(HistoryStore store, DeviceId original) throws StorageException {
    return Noted.parse(store.mark(MARK + original.value())).filter(this::isThere).isPresent();
  }

  /**
   * Looks of which device a profile is that was never read at this path.
   *
   * @param latest its latest visits
   */
  void settle(List<Visit> latest, VisitEntries maker)
      throws StorageException, InterruptedException {
    Map<Standing.Sought, Entry> visits = new HashMap<>();
    long now = System.currentTimeMillis();
    for (Visit visit : latest) {
      if (maker.skipped(visit, now).isEmpty()) {
        Entry entry = maker.entry(visit);
        visits.put(Standing.Sought.of(entry), entry);
      }
    }
    if (!visits.isEmpty()) {
      Optional<DeviceId> moved = history.borrow(store -> moved(store, visits));
      device = moved.orElse(device);
    }
  }

  /** Returns the device of this node that has most of the visits and whose profile is gone. */
  private Optional<DeviceId> moved(HistoryStore store, Map<Standing.Sought, Entry> visits)
      throws StorageException {
    Standing standing = Standing.of(store, Set.copyOf(visits.keySet()));
    Map<DeviceId, Integer> shared = new HashMap<>();
    visits.forEach(
        (moment, visit) -> {
          for (Entry other : standing.at(moment)) {
            if (Sameness.of(other, visit) == Sameness.Degree.EXACT) {
              shared.merge(other.device().id(), 1, Integer::sum);
            }
          }
        });
    Set<DeviceId> gone = gone(store);
    return shared.entrySet().stream()
        .filter(one -> gone.contains(one.getKey()))
        .filter(
            one -> Copies.areCopies(one.getValue(), standing.of(one.getKey()), visits.size(), true))
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey);
  }

  private Set<DeviceId> gone(HistoryStore store) throws StorageException {
    Set<DeviceId> gone = new HashSet<>();
    Set<DeviceId> there = new HashSet<>();
    store
        .marks()
        .forEach(
            (name, value) -> {
              if (name.startsWith(MARK) && !name.equals(MARK + own.value())) {
                Noted.parse(value)
                    .ifPresent(noted -> (isThere(noted) ? there : gone).add(noted.device()));
              }
            });
    gone.removeAll(there);
    return gone;
  }

  private boolean isThere(Noted noted) {
    try {
      return Files.exists(Path.of(noted.directory()).resolve(profile.family().file));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
