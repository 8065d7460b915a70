// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.browsers.Copies;
import org.chroniclesync.support.browsers.DeletedVisits;
import org.chroniclesync.support.browsers.Standing;
import org.chroniclesync.support.browsers.Visit;
import org.chroniclesync.support.browsers.VisitTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The import of one profile. For one thread, except for {@link #status()}. */
final class ProfileImport {
  /**
   * How long a new visit without a title is waited for. Browsers write the visit when the page
   * begins and the title when it is there.
   */
  static final int TITLE_GRACE_MILLIS = 10_000;

  /**
   * A copy of this many bytes pays for a millisecond until the next: at most 100 kB a second, where
   * a database cannot be read in place.
   */
  static final int COPY_BYTES_PER_MILLI = 100;

  /** How often reading in place is tried again at once when the browser writes meanwhile. */
  static final int MAX_READINGS = 5;

  /** Longest pause before a profile that could not be read is tried again. */
  static final int MAX_RETRY_MILLIS = 60_000;

  /** Earlier versions took what these leave out; it goes when it is met again. */
  private static final Set<SkipReason> ERRORS = Set.of(SkipReason.HIDDEN, SkipReason.FUTURE);

  private static final int MAX_DOUBLINGS = 10;
  private static final int MAX_REASON_CHARS = 400;
  private static final Logger log = LoggerFactory.getLogger(ProfileImport.class);
  private final Profile profile;
  private final Lineage lineage;
  private final History history;
  private final Consent consent;
  private final Settings settings;
  private final SourceFiles source;
  private Copies copies;
  private final Titles titles = new Titles();
  private final @Nullable Following following;
  private SourceFiles.@Nullable Stamps seen;
  private long nextReadMillis = millis();
  private long nextCopyMillis = millis();
  private boolean moreInLog;
  private int failures;
  private boolean waitingForTitle;
  private boolean allNow;
  private Consent.@Nullable Now allowed;
  private Position reached;
  private @Nullable Told told;
  private volatile ProfileStatus status;

  /** Whom the name was told, and which. */
  private record Told(DeviceNames to, DeviceId device, String name) {}

  ProfileImport(Profile profile, PeerId self, History history, Consent consent, Settings settings) {
    this.profile = profile;
    this.lineage = new Lineage(profile, self, history);
    this.history = history;
    this.consent = consent;
    this.settings = settings;
    this.source = new SourceFiles(profile.database());
    this.copies = new Copies(lineage.device());
    this.following = settings.follows() ? new Following(profile, history) : null;
    this.reached = Position.start("none");
    this.status = status(0, null, null);
  }

  ProfileStatus status() {
    return status;
  }

  Profile profile() {
    return profile;
  }

  /**
   * Takes a person's word about what vanished.
   *
   * @throws IllegalArgumentException if nothing is to be said
   */
  void settle(boolean delete) {
    if (following == null || following.waiting() == 0) {
      throw new IllegalArgumentException(
          "Nothing of this profile waits for an answer; profiles shows what does.");
    }
    following.answer(delete);
  }

  /** Says what the profile is called, if it is being read and that is not known. */
  void tell(@Nullable DeviceNames names) throws InterruptedException {
    if (names == null || status.lastRun() == null) {
      return;
    }
    Told now = new Told(names, lineage.device(), ProfileNames.of(profile));
    if (now.equals(told)) {
      return;
    }
    try {
      names.tell(now.device(), now.name());
      told = now;
    } catch (StorageException e) {
      // The visits cannot be stored then, either, which is said.
      told = null;
    }
  }

  /**
   * Imports what is new, if there is anything.
   *
   * @param now true to look even if it is not time yet
   */
  void run(Workplace workplace, boolean now) throws InterruptedException {
    allNow = now;
    try {
      allowed = consent.now();
      SourceFiles.Stamps stamps = source.stamps();
      if (following != null && !stamps.equals(seen)) {
        following.changed();
      }
      lineage.look();
      Position position = history.borrow(this::position);
      if (allowed.isPaused()) {
        // So that what was imported before is told also after a restart.
        reached = position;
        status = status(position.imported(), status.lastRun(), status.problem());
      } else if (now || isDue(stamps, position)) {
        read(workplace, stamps, position, now);
      }
    } catch (StorageException e) {
      failed("The history could not be stored: " + e.getMessage(), e);
    } catch (IOException e) {
      failed("The history of " + profile.browser() + " could not be copied: " + message(e), e);
    } catch (SQLException e) {
      failed("The history of " + profile.browser() + " could not be read: " + message(e), e);
    } catch (RuntimeException | Error e) { // costs this profile, and no other
      failed(
          "The history of " + profile.browser() + " could not be imported: " + shown(e.toString()),
          e);
    }
  }

  /** Another position than ours means that the storage was replaced by one that knows less. */
  private boolean isDue(SourceFiles.Stamps stamps, Position position) {
    boolean changed =
        !stamps.equals(seen)
            || waitingForTitle
            || titles.isDue(System.currentTimeMillis())
            || !position.equals(reached)
            || !reached.rules().equals(rules())
            || (following != null && following.isDue(false))
            || (moreInLog && mayCopy());
    return changed && millis() - nextReadMillis >= 0;
  }

  private boolean mayCopy() {
    return millis() - nextCopyMillis >= 0;
  }

  private void read(Workplace workplace, SourceFiles.Stamps stamps, Position position, boolean now)
      throws IOException, SQLException, StorageException, InterruptedException {
    moreInLog = !readInPlace(position);
    if (moreInLog && (now || mayCopy())) {
      nextCopyMillis = millis() + stamps.bytes() / COPY_BYTES_PER_MILLI;
      try (Snapshot copy = Snapshot.copy(source, workplace)) {
        read(copy, history.borrow(this::position));
      }
      moreInLog = false;
    }
    // The stamps from before: what changed since then is looked at again.
    seen = stamps;
    failures = 0;
    if (status.problem() != null) {
      log.info("The history of {} is being read again", profile.browser());
    }
    status = status(reached.imported(), Instant.now(), null);
  }

  /** Returns false if there is more than can be read in place. */
  private boolean readInPlace(Position from)
      throws IOException, SQLException, StorageException, InterruptedException {
    Position position = from;
    for (int reading = 1; reading <= MAX_READINGS; reading++) {
      Optional<Snapshot> opened = Snapshot.inPlace(source);
      if (opened.isEmpty()) {
        return false;
      }
      try (Snapshot snapshot = opened.get()) {
        read(snapshot, position);
        return snapshot.isComplete();
      } catch (Snapshot.ChangedException e) {
        position = history.borrow(this::position);
      }
    }
    return false;
  }

  private void read(Snapshot snapshot, Position position)
      throws IOException, SQLException, StorageException, InterruptedException {
    try {
      VisitTable table =
          VisitTable.of(snapshot.connection(), profile.family(), System.currentTimeMillis());
      if (!snapshot.isComplete()
          && position.row() > 0
          && !table.holds(position.row(), position.storedTime())) {
        // A copy, with the log, showed more before.
        return;
      }
      settle(snapshot, table);
      merge(snapshot, table, start(table, position));
      follow(snapshot, table);
      if (snapshot.isComplete()) {
        // Without the log, titles may be older than those that stand.
        retitle(snapshot, table);
      }
    } catch (SQLException e) {
      // What changes while it is read may look damaged.
      snapshot.requireUnchanged();
      throw e;
    }
  }

  /** Without the log, what is in it seems to be gone. */
  private void follow(Snapshot snapshot, VisitTable table)
      throws IOException, SQLException, StorageException, InterruptedException {
    if (following != null && snapshot.isComplete() && following.isDue(allNow)) {
      following.look(snapshot, source, table, lineage.own(), lineage.device());
    }
  }

  private void settle(Snapshot snapshot, VisitTable table)
      throws IOException, SQLException, StorageException, InterruptedException {
    if (lineage.isNew()) {
      List<Visit> latest = table.upTo(Long.MAX_VALUE, Lineage.SAMPLE);
      snapshot.requireUnchanged();
      lineage.settle(latest, entries());
    }
    if (!copies.isOf(lineage.device())) {
      copies = new Copies(lineage.device());
    }
  }

  private Position position(HistoryStore store) throws StorageException {
    return Position.parse(store.mark(Position.markOf(lineage.own())));
  }

  /**
   * Returns the digest of all that decides which visits are left out, and how addresses are cut.
   */
  private String rules() {
    return settings.rules() + allowed().judge().digest();
  }

  private Consent.Now allowed() {
    return Objects.requireNonNull(allowed, "a round begins with it");
  }

  private Position start(VisitTable table, Position position) throws SQLException {
    if (!position.rules().equals(rules())) {
      return Position.start(rules());
    }
    if (position.row() > 0 && !table.holds(position.row(), position.storedTime())) {
      log.info("The history of {} was cleared; reading it from the start", profile.browser());
      return Position.start(rules());
    }
    return position;
  }

  private void merge(Snapshot snapshot, VisitTable table, Position from)
      throws IOException, SQLException, StorageException, InterruptedException {
    VisitEntries entries = entries();
    reached = from;
    waitingForTitle = false;
    @Nullable DeletedVisits deleted = null;
    while (!waitingForTitle) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      List<Visit> visits = cut(table.after(reached.row(), settings.batchEntries()));
      snapshot.requireUnchanged();
      if (visits.isEmpty()) {
        return;
      }
      if (deleted == null) {
        // What comes one by one was made just now, and nobody can have deleted it before.
        boolean many = reached.row() == 0 || visits.size() == settings.batchEntries();
        deleted = many ? DeletedVisits.of(history, lineage.device()) : DeletedVisits.NONE;
      }
      mergeBatch(entries, visits, deleted);
      status = status(reached.imported(), status.lastRun(), status.problem());
    }
  }

  private void mergeBatch(VisitEntries maker, List<Visit> visits, DeletedVisits deleted)
      throws StorageException, InterruptedException {
    long now = System.currentTimeMillis();
    Standing standing = standing(visits);
    Map<EntryId, Entry> made = new HashMap<>();
    for (Visit visit : visits) {
      if (maker.skipped(visit, now).isEmpty()) {
        made.put(maker.id(visit), maker.entry(visit));
      }
    }
    copies.learn(made.values(), standing, reached.row() == 0);
    List<Entry> entries = new ArrayList<>();
    Tally tally = new Tally(reached);
    for (Visit visit : visits) {
      Optional<SkipReason> reason = maker.skipped(visit, now);
      Entry entry = made.get(maker.id(visit));
      Entry stands = standing.at(maker.id(visit));
      if (entry == null) {
        if (stands != null && reason.filter(ERRORS::contains).isPresent()) {
          entries.add(stands.tombstone(Math.max(now, stands.lastModifiedMillis() + 1)));
        }
      } else if (stands == null) {
        if (mayGetTitle(visit, entry, now)) {
          waitingForTitle = true;
          break;
        }
        if (deleted.contain(entry.visitId())) {
          reason = Optional.of(SkipReason.DELETED);
        } else if (copies.contain(entry, visit.origin(), standing)) {
          reason = Optional.of(SkipReason.KNOWN);
        } else {
          entries.add(entry);
        }
      } else if (stands.title().isEmpty() && !entry.title().isEmpty()) {
        entries.add(Titles.retitled(stands, entry.title()));
      }
      tally.count(visit, reason);
    }
    if (tally.any()) {
      Position next = tally.position();
      Map<String, String> marks = new HashMap<>(lineage.marks());
      marks.put(Position.markOf(lineage.own()), next.mark());
      history.merge(new Batch(entries, null, marks));
      reached = next;
    }
  }

  private void retitle(Snapshot snapshot, VisitTable table)
      throws IOException, SQLException, StorageException, InterruptedException {
    List<Visit> latest = cut(table.upTo(reached.row(), Titles.LATEST));
    snapshot.requireUnchanged();
    List<Visit> changed = titles.changed(latest);
    if (changed.isEmpty()) {
      return;
    }
    VisitEntries names = entries();
    Standing standing = standing(changed);
    List<Entry> versions =
        titles.versions(
            changed, latest, visit -> standing.at(names.id(visit)), System.currentTimeMillis());
    if (!versions.isEmpty()) {
      history.merge(Batch.of(versions));
    }
  }

  /** Nothing behind this knows what was cut. */
  private List<Visit> cut(List<Visit> visits) {
    return visits.stream().map(visit -> visit.cut(allowed().judge())).toList();
  }

  private VisitEntries entries() {
    return new VisitEntries(
        profile.family(), profile.device(lineage.device()), settings.exclusions(), allowed());
  }

  private Standing standing(List<Visit> visits) throws StorageException, InterruptedException {
    Set<Standing.Sought> sought = new HashSet<>();
    for (Visit visit : visits) {
      String url = visit.url();
      if (url != null && visit.micros() > 0) {
        sought.add(new Standing.Sought(url, visit.micros() / 1_000));
      }
    }
    return history.borrow(store -> Standing.of(store, sought));
  }

  private static boolean mayGetTitle(Visit visit, Entry entry, long nowMillis) {
    double age = nowMillis - entry.visitTimeMillis();
    return visit.title().isEmpty() && age >= 0 && age < TITLE_GRACE_MILLIS;
  }

  private void failed(String problem, Throwable cause) {
    // Said once, however often it is tried again.
    if (!problem.equals(status.problem())) {
      log.warn("{}", problem);
      log.debug("The cause", cause);
    }
    seen = null;
    long pause = settings.intervalMillis() << Math.min(failures++, MAX_DOUBLINGS);
    nextReadMillis = millis() + Math.min(pause, MAX_RETRY_MILLIS);
    status = status(status.importedVisits(), status.lastRun(), problem);
  }

  private static long millis() {
    return System.nanoTime() / 1_000_000;
  }

  private static String message(Exception e) {
    if (e instanceof AccessDeniedException denied) {
      return shown("permission denied. Let the user of the node read " + denied.getFile() + ".");
    }
    if (e instanceof NoSuchFileException gone) {
      return shown(gone.getFile() + " is not there any more.");
    }
    String text = e.getMessage();
    return shown(text == null ? e.getClass().getSimpleName() : text);
  }

  /** SQLite quotes from a file, which may hold anything when it is damaged. */
  private static String shown(String text) {
    return Profile.cut(text, MAX_REASON_CHARS).replaceAll("\\p{Cc}", "?");
  }

  private ProfileStatus status(long imported, @Nullable Instant lastRun, @Nullable String problem) {
    return new ProfileStatus(
        profile.browser(),
        profile.directory(),
        lineage.device(),
        imported,
        reached.skipped(),
        lastRun,
        problem,
        following == null ? 0 : following.waiting());
  }
}
