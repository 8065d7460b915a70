// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.browsers.Copies;
import org.chroniclesync.support.browsers.DeletedVisits;
import org.chroniclesync.support.browsers.Standing;
import org.chroniclesync.support.browsers.Visit;
import org.jspecify.annotations.Nullable;

/**
 * Takes the visits of one file in, those of one browser. A visit gets a name that depends on the
 * file's content alone, so that the same file gives the same again. For one thread.
 */
final class Intake {
  /** The ids of devices that were made from files begin with it. */
  static final String DEVICE = "csf-";

  static final int BATCH = Batch.MAX_ENTRIES;

  /** A batch is merged before it is full, if its texts have so many characters. */
  private static final int BATCH_CHARS = 2_000_000;

  private static final int STEM_CHARS = 8;
  private static final String NO_REFERRER = "0";
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final History history;
  private final Consent consent;
  private final Names names;
  private final FileImport.Request request;
  private final String source;
  private final Kind kind;
  private final Consumer<FileImport.Progress> progress;
  private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
  private final List<FileVisit> visits = new ArrayList<>();

  /**
   * Of those that the file gives no name: by the name that they got, the one of earlier versions.
   */
  private final Map<String, String> unnamed = new HashMap<>();

  private final List<Entry> entries = new ArrayList<>();
  private int chars;
  private @Nullable Device device;
  private @Nullable Copies copies;
  private @Nullable DeletedVisits deleted;
  private @Nullable DeletedVisits deletedAnywhere;
  private boolean first = true;
  private long taken;
  private long imported;
  private long done;
  private long total;

  Intake(
      History history,
      Consent consent,
      Names names,
      FileImport.Request request,
      String source,
      Kind kind,
      Consumer<FileImport.Progress> progress) {
    this.history = history;
    this.consent = consent;
    this.names = names;
    this.request = request;
    this.source = source;
    this.kind = kind;
    this.progress = progress;
  }

  /** Tells how far the file is read, in a unit that depends on its format. */
  void reached(long done, long total) {
    this.done = done;
    this.total = total;
  }

  void skip(SkipReason reason) {
    skipped.merge(reason, 1L, Long::sum);
    taken++;
  }

  /** Takes a visit that belongs to the device of the file. */
  void take(FileVisit visit) throws StorageException, InterruptedException {
    SkipReason reason = reason(visit);
    if (reason != null) {
      skip(reason);
      return;
    }
    taken++;
    String name = visit.name();
    if (name == null) {
      // That of the address in the file, whatever the rules say of secrets.
      name = names.visit(visit.url(), visit.micros());
      unnamed.put(name, Names.earlier(visit.url(), visit.micros()));
    }
    visits.add(visit.as(consent.cut(visit.url()), name));
    chars += visit.url().length() + visit.title().length();
    if (visits.size() >= BATCH || chars >= BATCH_CHARS) {
      flush();
    }
  }

  /** Takes an entry as it is, with the device and the id that it has. */
  void take(Entry entry) throws StorageException, InterruptedException {
    if (entry.deleted()) {
      skip(SkipReason.MALFORMED);
      return;
    }
    SkipReason reason = consent.reason(entry.url(), entry.visitTimeMillis(), entry.device().id());
    if (reason != null) {
      skip(reason);
      return;
    }
    taken++;
    entries.add(consent.cut(asOfNow(entry)));
    chars += entry.url().length() + entry.title().length() + entry.unknown().json().length();
    if (entries.size() >= BATCH || chars >= BATCH_CHARS) {
      flush();
    }
  }

  FileImport.Report end(@Nullable String problem) throws StorageException, InterruptedException {
    flush();
    Device known = device;
    return new FileImport.Report(
        source, kind.format(), known == null ? null : known.id(), imported, skipped, problem);
  }

  private @Nullable SkipReason reason(FileVisit visit) {
    String url = visit.url();
    if (visit.origin() == Visit.Origin.OTHER_DEVICE) {
      return SkipReason.OTHER_DEVICE;
    }
    if (url.isEmpty()) {
      return SkipReason.MALFORMED;
    }
    if (url.length() > Bounds.MAX_URL_CHARS) {
      return SkipReason.URL_TOO_LONG;
    }
    if (visit.micros() <= 0) {
      return SkipReason.BAD_TIME;
    }
    if (visit.micros() / 1_000 > System.currentTimeMillis() + Visit.MAX_AHEAD_MILLIS) {
      return SkipReason.FUTURE;
    }
    int colon = url.indexOf(':');
    return colon > 0 && SCHEMES.contains(url.substring(0, colon).toLowerCase(Locale.ROOT))
        ? null
        : SkipReason.SCHEME;
  }

  /** A version from the future could never be replaced; docs/protocol.md, section 5. */
  private static Entry asOfNow(Entry entry) {
    long latest = System.currentTimeMillis() + Visit.MAX_AHEAD_MILLIS;
    if (entry.lastModifiedMillis() <= latest) {
      return entry;
    }
    double visited = Math.floor(entry.visitTimeMillis());
    return entry.withLastModified(visited <= latest ? (long) visited : 0);
  }

  private void flush() throws StorageException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!visits.isEmpty()) {
      store(made());
    }
    if (!entries.isEmpty()) {
      store(ready());
    }
    visits.clear();
    unnamed.clear();
    entries.clear();
    chars = 0;
    progress.accept(new FileImport.Progress(source, kind.format(), taken, done, total));
  }

  private void store(List<Entry> batch) throws StorageException, InterruptedException {
    long changed =
        request.dryRun() ? batch.size() : history.merge(Batch.of(batch)).changed().size();
    imported += changed;
    known(batch.size() - changed);
  }

  private void known(long count) {
    if (count > 0) {
      skipped.merge(SkipReason.KNOWN, count, Long::sum);
    }
  }

  /** Returns the entries of the batch that are not there yet. */
  private List<Entry> ready() throws StorageException, InterruptedException {
    if (!request.dryRun()) {
      return List.copyOf(entries);
    }
    Map<EntryId, Entry> distinct = new LinkedHashMap<>();
    entries.forEach(
        entry ->
            distinct.merge(entry.id(), entry, (a, b) -> Precedence.ORDER.replaces(b, a) ? b : a));
    Standing standing = standing(distinct.values(), Kind.MILLIS);
    List<Entry> fresh =
        distinct.values().stream()
            .filter(
                entry -> {
                  Entry stands = standing.at(entry.id());
                  return stands == null || Precedence.ORDER.replaces(entry, stands);
                })
            .toList();
    known(entries.size() - fresh.size());
    return fresh;
  }

  private List<Entry> made() throws StorageException, InterruptedException {
    long grain = Math.max(1, kind.grainMillis());
    Map<FileVisit, Standing.Sought> places = new HashMap<>();
    Set<Standing.Sought> sought = new HashSet<>();
    for (FileVisit visit : visits) {
      long millis = Math.floorDiv(visit.micros() / 1_000, grain) * grain;
      Standing.Sought place = new Standing.Sought(visit.url(), millis);
      places.put(visit, place);
      sought.add(place);
    }
    Standing standing = history.borrow(store -> Standing.of(store, sought, grain));
    Device own = device(standing, places);
    Map<EntryId, Entry> made = new LinkedHashMap<>();
    Map<EntryId, FileVisit> told = new HashMap<>();
    leaveOut(own.id());
    for (FileVisit visit : visits) {
      Entry entry = entry(own, visit);
      made.putIfAbsent(entry.id(), entry);
      told.putIfAbsent(entry.id(), visit);
    }
    Copies original = copies;
    if (original != null) {
      original.learn(made.values(), standing, first);
    }
    first = false;
    DeletedVisits gone = deleted(own.id());
    List<Entry> fresh = new ArrayList<>();
    long left = 0;
    for (Map.Entry<EntryId, Entry> one : made.entrySet()) {
      Entry entry = one.getValue();
      FileVisit visit = told.get(one.getKey());
      if (gone.contain(entry.visitId()) || (visit != null && wasDeleted(visit))) {
        left++;
      } else if (visit != null && !isThere(entry, visit, standing, places)) {
        fresh.add(entry);
      }
    }
    if (left > 0) {
      skipped.merge(SkipReason.DELETED, left, Long::sum);
    }
    known(visits.size() - left - fresh.size());
    return fresh;
  }

  private DeletedVisits deleted(DeviceId own) throws StorageException, InterruptedException {
    DeletedVisits known = deleted;
    if (known == null) {
      known = DeletedVisits.of(history, own);
      deleted = known;
    }
    return known;
  }

  /** Tells whether it was deleted under the name that earlier versions gave it. */
  private boolean wasDeleted(FileVisit visit) throws StorageException, InterruptedException {
    String earlier = unnamed.get(visit.name());
    if (earlier == null) {
      return false;
    }
    DeletedVisits known = deletedAnywhere;
    if (known == null) {
      known = DeletedVisits.of(history);
      deletedAnywhere = known;
    }
    return known.contain("any-" + earlier);
  }

  private void leaveOut(DeviceId own) {
    visits.removeIf(
        visit -> {
          SkipReason reason = consent.reason(visit.url(), visit.micros() / 1_000.0, own);
          if (reason != null) {
            skipped.merge(reason, 1L, Long::sum);
          }
          return reason != null;
        });
  }

  private boolean isThere(
      Entry entry, FileVisit visit, Standing standing, Map<FileVisit, Standing.Sought> places) {
    if (standing.at(entry.id()) != null) {
      return true;
    }
    Standing.Sought place = places.get(visit);
    List<Entry> others = place == null ? List.of() : standing.at(place);
    // Under a name of an earlier version or of earlier words, the same moment of a page is the
    // same.
    if (unnamed.containsKey(visit.name())
        && others.stream()
            .anyMatch(
                other ->
                    other.device().id().equals(entry.device().id())
                        && other.visitTimeMillis() == entry.visitTimeMillis())) {
      return true;
    }
    Copies original = copies;
    if (original != null) {
      return original.contain(entry, visit.origin(), standing);
    }
    // What it tells of may be any of the visits to that page at that moment.
    return others.stream().anyMatch(other -> !other.device().id().equals(entry.device().id()));
  }

  private Standing standing(Collection<Entry> wanted, long grain)
      throws StorageException, InterruptedException {
    Set<Standing.Sought> sought = new HashSet<>();
    wanted.forEach(entry -> sought.add(Standing.Sought.of(entry)));
    return history.borrow(store -> Standing.of(store, sought, grain));
  }

  private Device device(Standing standing, Map<FileVisit, Standing.Sought> places) {
    Device known = device;
    if (known != null) {
      return known;
    }
    String name = request.device();
    Device chosen =
        name == null
            ? found(standing, places)
            : named(new DeviceId(DEVICE + Names.ofPerson(name)), name);
    device = chosen;
    copies = kind.grainMillis() == Kind.EXACT ? new Copies(chosen.id()) : null;
    return chosen;
  }

  /** Devices are shown by their browser, else by this name, and a person knows no id. */
  private Device named(DeviceId id, String name) {
    return new Device(id, name, "", kind.browser(), "");
  }

  /**
   * A file that has visits of an earlier file in it is a later copy of that: it belongs to the same
   * device, whatever that file was called. Else the first visits make its id.
   */
  private Device found(Standing standing, Map<FileVisit, Standing.Sought> places) {
    Map<DeviceId, Integer> shared = new TreeMap<>();
    Map<DeviceId, Device> known = new HashMap<>();
    for (FileVisit visit : visits) {
      Standing.Sought place = places.get(visit);
      double millis = visit.micros() / 1_000.0;
      for (Entry other : place == null ? List.<Entry>of() : standing.at(place)) {
        if (other.device().id().value().startsWith(DEVICE)
            && other.device().browserName().equals(kind.browser())
            && other.visitTimeMillis() == millis) {
          shared.merge(other.device().id(), 1, Integer::sum);
          known.putIfAbsent(other.device().id(), other.device());
        }
      }
    }
    Device most = null;
    int count = Copies.SURE - 1;
    for (Map.Entry<DeviceId, Integer> one : shared.entrySet()) {
      if (one.getValue() > count) {
        most = known.get(one.getKey());
        count = one.getValue();
      }
    }
    return most == null
        ? named(new DeviceId(DEVICE + names.device(beginning())), FileName.of(source))
        : most;
  }

  private String beginning() {
    StringBuilder text = new StringBuilder(kind.browser());
    visits.stream()
        .limit(Copies.SURE)
        .forEach(visit -> text.append('\n').append(visit.micros()).append(' ').append(visit.url()));
    return text.toString();
  }

  private Entry entry(Device own, FileVisit visit) {
    String stem = own.id().value().substring(DEVICE.length(), DEVICE.length() + STEM_CHARS) + "-";
    String referrer = visit.referrer();
    return new Entry(
        own,
        stem + visit.name(),
        visit.url(),
        Texts.cut(visit.title(), Bounds.MAX_TITLE_CHARS),
        visit.micros() / 1_000.0,
        referrer == null ? NO_REFERRER : stem + referrer,
        visit.transition(),
        visit.micros() / 1_000,
        false,
        null,
        UnknownFields.NONE);
  }
}
