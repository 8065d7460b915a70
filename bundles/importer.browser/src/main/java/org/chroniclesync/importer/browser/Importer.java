// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Part;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes round the profiles with one thread of its own, to which all its state belongs; other threads
 * leave a request and read the statuses.
 */
final class Importer implements BrowserImport, AutoCloseable {
  private static final String KIND = "importer";

  /** How often new profiles are looked for. */
  static final int SEARCH_INTERVAL_MILLIS = 60_000;

  /** How often profiles of unknown browsers are looked for, which takes longer. */
  static final int WIDE_SEARCH_INTERVAL_MILLIS = 3_600_000;

  /** How long closing waits for the thread, which may be amid a merge. */
  static final int STOP_TIMEOUT_MILLIS = 10_000;

  /** How many callers may wait for an import at the same time. */
  static final int MAX_REQUESTS = 64;

  private static final Logger log = LoggerFactory.getLogger(Importer.class);
  private final History history;
  private final PeerId self;
  private final Consent consent;
  private final Settings settings;
  private final Supplier<? extends @Nullable DeviceNames> names;
  private final ProfileFinder finder;
  private final Path temporary;
  private final Twins twins;
  private final BlockingQueue<CompletableFuture<Void>> requests =
      new LinkedBlockingQueue<>(MAX_REQUESTS);
  private final Map<Path, ProfileImport> imports = new LinkedHashMap<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile Part.@Nullable Failed failure;
  private volatile Part.@Nullable Degraded twinsFailure;
  private volatile List<ProfileImport> known = List.of();
  private volatile List<ProfileStatus> missing = List.of();
  private @Nullable DeviceNames told;
  private volatile List<ProfileStatus> passedOver = List.of();
  private long nextSearchMillis = millis();
  private long nextWideSearchMillis = millis();

  Importer(
      History history,
      PeerId self,
      Consent consent,
      Settings settings,
      Supplier<? extends @Nullable DeviceNames> names) {
    this(
        history,
        self,
        consent,
        settings,
        names,
        ProfileFinder.ofThisMachine(),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  Importer(
      History history,
      PeerId self,
      Consent consent,
      Settings settings,
      Supplier<? extends @Nullable DeviceNames> names,
      ProfileFinder finder,
      Path temporary) {
    this.history = history;
    this.self = self;
    this.consent = consent;
    this.settings = settings;
    this.names = names;
    this.finder = finder;
    this.temporary = temporary;
    this.twins = new Twins(history);
    this.thread = DaemonThreads.make("chroniclesync-import", this::work);
  }

  /** Starts importing, until it is closed. */
  Importer start() {
    thread.start();
    return this;
  }

  @Override
  public List<ProfileStatus> profiles() {
    List<ProfileStatus> statuses = new ArrayList<>(missing);
    known.forEach(one -> statuses.add(one.status()));
    statuses.addAll(passedOver);
    return List.copyOf(statuses);
  }

  /** Returns the importer itself if it cannot work at all, and each profile. Does not block. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    Part.Failed whole = failure;
    parts.add(new Part(KIND, "", whole == null ? new Part.Well() : whole));
    missing.forEach(
        one -> parts.add(part(one, "Correct it; it is looked for again every minute.")));
    known.forEach(one -> parts.add(part(one.status(), "It is tried again by itself.")));
    known.stream()
        .map(ProfileImport::status)
        .filter(one -> one.vanished() > 0)
        .forEach(one -> parts.add(vanished(one)));
    twinsPart().ifPresent(parts::add);
    return parts;
  }

  private static Part vanished(ProfileStatus profile) {
    return new Part(
        KIND,
        "vanished from " + profile.path(),
        new Part.Degraded(
            profile.vanished()
                + " visits are not in "
                + profile.browser()
                + " any more. So many at once, or in a profile that may have been reset, replaced or"
                + " restored, stay here until you say what becomes of them.",
            "profiles shows the two commands, to delete them on all devices or to keep them."));
  }

  private Optional<Part> twinsPart() {
    Part.State state = twinsFailure;
    Twins.Progress progress = twins.progress();
    if (state == null && progress.removed() > 0 && !progress.isDone()) {
      state =
          new Part.Degraded(
              progress.removed()
                  + " visits were in the history twice; one of each two was removed. "
                  + progress.looked() * 100 / progress.head()
                  + " % of the history was looked at.",
              "Nothing need be done.");
    }
    return Optional.ofNullable(state).map(known -> new Part(KIND, "visits kept twice", known));
  }

  private static Part part(ProfileStatus profile, String remedy) {
    String problem = profile.problem();
    return new Part(
        KIND,
        profile.path().toString(),
        problem == null ? new Part.Well() : new Part.Failed(problem, remedy));
  }

  @Override
  public void settle(Path profile, boolean delete) {
    known.stream()
        .filter(one -> one.profile().directory().equals(profile))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No profile is at " + profile + "; see profiles."))
        .settle(delete);
    importNow();
  }

  @Override
  public void importNow() {
    CompletableFuture<Void> request = new CompletableFuture<>();
    if (closed || !requests.offer(request)) {
      return;
    }
    try {
      while (!closed && thread.isAlive()) {
        if (await(request)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean await(CompletableFuture<Void> request) throws InterruptedException {
    try {
      request.get(settings.intervalMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an import ends with a status, never with an exception", e);
    }
  }

  private void work() {
    while (!closed) {
      try (Workplace workplace = Workplace.open(temporary)) {
        failure = null;
        rounds(workplace);
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        if (closed) {
          return;
        }
        failure =
            new Part.Failed(
                "Browser history cannot be imported without a temporary folder: " + e + ".",
                "Make " + temporary + " a folder with space that the node may write to.");
        log.warn(
            "Browser history cannot be imported without a temporary directory: {}", e.toString());
        pause(SEARCH_INTERVAL_MILLIS);
      } catch (RuntimeException | Error e) {
        failure =
            new Part.Failed(
                "The import of browser history failed: " + e + ".",
                "It starts again within a minute; the log says more.");
        log.error("The import of browser history failed and starts again", e);
        pause(SEARCH_INTERVAL_MILLIS);
      }
    }
  }

  private void rounds(Workplace workplace) throws InterruptedException {
    @Nullable CompletableFuture<Void> request = null;
    while (!closed) {
      try {
        round(workplace, request != null);
      } finally {
        if (request != null) {
          request.complete(null);
        }
      }
      request = requests.poll(settings.intervalMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void round(Workplace workplace, boolean now) throws InterruptedException {
    boolean searched = now || nextSearchMillis - millis() <= 0;
    if (now) {
      nextWideSearchMillis = millis();
    }
    if (searched) {
      workplace.sweep();
      search();
      nextSearchMillis = millis() + SEARCH_INTERVAL_MILLIS;
    } else if (missing.stream().anyMatch(one -> Files.exists(one.path()))) {
      // A profile that was named may become one at any time; nothing else is looked at for it.
      search();
    }
    for (ProfileImport one : known) {
      one.run(workplace, now);
    }
    if (searched || names.get() != told) {
      tellNames();
    }
    removeTwins(now);
  }

  /** Browsers rename profiles seldom, so that to look as often as for new ones is enough. */
  private void tellNames() throws InterruptedException {
    told = names.get();
    for (ProfileImport one : known) {
      one.tell(told);
    }
  }

  /** A step a round, to be in nobody's way; to the end for whoever asked for everything. */
  private void removeTwins(boolean toTheEnd) throws InterruptedException {
    try {
      boolean more = twins.step();
      while (more && toTheEnd && !closed) {
        more = twins.step();
      }
      twinsFailure = null;
    } catch (StorageException e) {
      twinsFailure =
          new Part.Degraded(
              "Visits that are there twice cannot be looked for: " + e.getMessage(),
              "It is tried again by itself.");
      twins.reset();
    }
  }

  private void search() {
    List<ProfileStatus> absent = new ArrayList<>();
    List<Profile> found = new ArrayList<>();
    for (Path path : settings.profiles()) {
      List<Profile> there = finder.at(path);
      if (there.isEmpty()) {
        absent.add(unread(path, ProfileFinder.nothingAt(path)));
      }
      found.addAll(there);
    }
    if (settings.profiles().isEmpty()) {
      found.addAll(finder.all());
      passOver(found);
    }
    found.stream()
        .map(Profile::directory)
        .filter(Letters::areLost)
        .forEach(path -> absent.add(unread(path, Letters.sentence(path))));
    found.stream()
        .filter(profile -> !Letters.areLost(profile.directory()))
        .limit(ProfileFinder.MAX_PROFILES)
        .filter(profile -> !imports.containsKey(profile.directory()))
        .forEach(
            profile ->
                imports.put(
                    profile.directory(),
                    new ProfileImport(profile, self, history, consent, settings)));
    known = List.copyOf(imports.values());
    missing = List.copyOf(absent);
  }

  private static ProfileStatus unread(Path path, String problem) {
    return new ProfileStatus("", path, null, 0, Map.of(), null, problem);
  }

  private void passOver(List<Profile> found) {
    if (nextWideSearchMillis - millis() <= 0) {
      nextWideSearchMillis = millis() + WIDE_SEARCH_INTERVAL_MILLIS;
      List<ProfileStatus> passed = new ArrayList<>();
      finder.passedOver(found).forEach((path, why) -> passed.add(unread(path, why)));
      passedOver = List.copyOf(passed);
    }
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      // Only closing interrupts this thread, and the loop asks for that.
      Thread.currentThread().interrupt();
    }
  }

  private static long millis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(STOP_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      log.warn("The import of browser history did not stop within {} ms", STOP_TIMEOUT_MILLIS);
    }
    requests.forEach(request -> request.complete(null));
  }
}
