// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Pauses, kept in marks of the store. */
@Component(
    service = {Pause.class, PartReporter.class},
    immediate = true)
public final class PauseKeeper implements Pause, PartReporter {
  private static final DateTimeFormatter SHOWN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private final History history;
  private final Clock clock;

  /** What was read or written last. Nobody else writes it. */
  private volatile @Nullable Pauses known;

  private volatile Runnable changed = () -> {};

  /**
   * Makes the keeper.
   *
   * @param history where pauses are kept
   */
  @Activate
  public PauseKeeper(@Reference History history) {
    this(history, Clock.systemUTC());
  }

  PauseKeeper(History history, Clock clock) {
    this.history = history;
    this.clock = clock;
  }

  @Override
  public synchronized Instant begin(Duration length, boolean forget)
      throws StorageException, InterruptedException {
    if (length.isNegative() || length.isZero() || length.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "A pause takes more than nothing and at most " + MAX_DURATION.toDays() + " days.");
    }
    long now = clock.millis();
    set(read().ended(now).with(new Pauses.Stretch(now, now + length.toMillis(), forget)));
    return Instant.ofEpochMilli(now + length.toMillis());
  }

  @Override
  public synchronized boolean end() throws StorageException, InterruptedException {
    Pauses pauses = read();
    long now = clock.millis();
    if (pauses.current(now) == null) {
      return false;
    }
    set(pauses.ended(now));
    return true;
  }

  @Override
  public synchronized State state() throws StorageException, InterruptedException {
    Pauses pauses = read();
    Pauses.Stretch current = pauses.current(clock.millis());
    return new Now(
        current == null ? null : Instant.ofEpochMilli(current.untilMillis()),
        current != null && current.forgets(),
        pauses);
  }

  private Pauses read() throws StorageException, InterruptedException {
    Pauses before = known;
    if (before != null) {
      return before;
    }
    Pauses pauses = Pauses.of(history.borrow(HistoryStore::marks));
    known = pauses;
    return pauses;
  }

  private void set(Pauses pauses) throws StorageException, InterruptedException {
    Map<String, String> before = history.borrow(HistoryStore::marks);
    history.merge(new Batch(List.of(), null, pauses.marks(before)));
    known = pauses;
    changed.run();
  }

  /** The state at one moment. */
  private record Now(@Nullable Instant until, boolean forgets, Pauses pauses) implements State {
    @Override
    public boolean forgot(double visitMillis) {
      return pauses.forgot(visitMillis);
    }
  }

  @Override
  public void watch(Runnable changed) {
    this.changed = changed;
  }

  @Override
  public List<Part> parts() {
    Pauses pauses = known;
    Pauses.Stretch current = pauses == null ? null : pauses.current(clock.millis());
    if (current == null) {
      return List.of();
    }
    String until = SHOWN.format(Instant.ofEpochMilli(current.untilMillis()));
    return List.of(
        new Part(
            "importer",
            "pause",
            new Part.Paused(
                "Nothing is imported from the browsers until "
                    + until
                    + (current.forgets()
                        ? ", and what is visited until then never will be."
                        : "; then what was visited meanwhile is."),
                "resume ends the pause.")));
  }
}
