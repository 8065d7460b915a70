// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.browsers.VisitTable;
import org.chroniclesync.support.text.Digests;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes on all devices what a person deleted in the browser. What looks like another profile, or
 * like more than a person deletes there, waits until it was asked about. For one thread, except for
 * {@link #waiting} and {@link #answer}.
 */
final class Following {
  /** How long a look at the same profile is not repeated, since it reads much of the database. */
  static final int INTERVAL_MILLIS = 30_000;

  private static final String MARK = "follow/";
  private static final int COUNTER_AT = 24;
  private static final Duration A_WHILE = Duration.ofMinutes(1);
  private static final Logger log = LoggerFactory.getLogger(Following.class);

  private final Profile profile;
  private final History history;
  private long nextMillis = System.nanoTime() / 1_000_000;
  private boolean due = true;
  private volatile long waiting;
  private volatile @Nullable Boolean answer;

  Following(Profile profile, History history) {
    this.profile = profile;
    this.history = history;
  }

  /**
   * What is known of the file, by which one that was replaced or restored is told.
   *
   * @param file its identity on its disk
   * @param counter how many changes of it SQLite has counted: never fewer than before
   * @param fromMillis visits before that stay, whatever the browser does
   */
  private record Noted(String file, long counter, long fromMillis) {
    private static final Pattern FORM = Pattern.compile("1 (\\w{1,32}) (\\d{1,18}) (-?\\d{1,18})");

    static @Nullable Noted parse(@Nullable String mark) {
      Matcher matcher = FORM.matcher(mark == null ? "" : mark);
      return matcher.matches()
          ? new Noted(
              matcher.group(1), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)))
          : null;
    }

    String mark() {
      return "1 " + file + " " + counter + " " + fromMillis;
    }

    boolean isSuccessorOf(Noted before) {
      return file.equals(before.file) && counter >= before.counter;
    }
  }

  /** How many visits wait for a person's word. */
  long waiting() {
    return waiting;
  }

  /** Takes a person's word, for the next look. */
  void answer(boolean delete) {
    answer = delete;
  }

  /** Something changed in the profile. */
  void changed() {
    due = true;
  }

  boolean isDue(boolean now) {
    return answer != null || (due && (now || System.nanoTime() / 1_000_000 - nextMillis >= 0));
  }

  /** Looks at a complete database, and deletes what is to be deleted. */
  void look(Snapshot snapshot, SourceFiles source, VisitTable table, DeviceId own, DeviceId device)
      throws IOException, SQLException, StorageException, InterruptedException {
    Boolean said = answer;
    String mark = MARK + own.value();
    Noted before =
        history.borrow(store -> Optional.ofNullable(Noted.parse(store.mark(mark)))).orElse(null);
    Noted now = noted(source, before == null ? 0 : before.fromMillis());
    long nowMillis = System.currentTimeMillis();
    Vanished vanished =
        Vanished.find(
            history, table, device, profile.family().keepsDays(), now.fromMillis(), nowMillis);
    snapshot.requireUnchanged();
    due = false;
    nextMillis = System.nanoTime() / 1_000_000 + INTERVAL_MILLIS;
    boolean known = before != null && now.isSuccessorOf(before);
    boolean goes =
        vanished.visits().isEmpty()
            || Boolean.TRUE.equals(said)
            || (known && waiting == 0 && vanished.isModest());
    if (Boolean.FALSE.equals(said)) {
      now = new Noted(now.file(), now.counter(), nowMillis);
    } else if (!goes) {
      waiting = vanished.visits().size();
      return;
    }
    if (Boolean.FALSE.equals(said) || delete(vanished)) {
      answer = null;
      waiting = 0;
      note(mark, now, before);
    }
  }

  private Noted noted(SourceFiles source, long fromMillis) throws IOException {
    ByteBuffer head = source.head();
    String key = source.stamps().files().get(0).key();
    return new Noted(
        key.isEmpty() ? "none" : Digests.sha256Hex(key).substring(0, 16),
        head.limit() < COUNTER_AT + Integer.BYTES
            ? 0
            : Integer.toUnsignedLong(head.getInt(COUNTER_AT)),
        fromMillis);
  }

  private void note(String mark, Noted now, @Nullable Noted before)
      throws StorageException, InterruptedException {
    if (!now.equals(before)) {
      history.merge(new Batch(List.of(), null, Map.of(mark, now.mark())));
    }
  }

  /** Returns false if that did not succeed; it is tried again. */
  private boolean delete(Vanished vanished) throws InterruptedException {
    if (vanished.visits().isEmpty()) {
      return true;
    }
    DeletionWork work =
        history
            .deletions()
            .delete(vanished.selection(), entry -> vanished.visits().contains(entry.id()), true);
    try {
      while (!work.await(A_WHILE)) {
        log.debug("what vanished from a profile is being deleted: {}", work.now().visits());
      }
    } catch (InterruptedException e) {
      work.cancel();
      throw e;
    }
    Deletion done = work.now();
    due = done.state() == Deletion.State.FAILED;
    log.info("{}", told(done, profile.browser()));
    return !due;
  }

  /** Says what is so by now: other devices hear of it later, those that are away much later. */
  static String told(Deletion done, String browser) {
    String undo =
        done.undoUntil() == null ? "" : " Undo " + done.number() + " brings them back everywhere.";
    return String.format(
        Locale.ROOT,
        "Of what was deleted in %s, visits that are deleted on this device: %,d%s. Devices that have"
            + " still to hear of it: %,d.%s",
        browser,
        done.visits(),
        done.state() == Deletion.State.FAILED ? ", the rest is tried again" : "",
        done.lacking().size(),
        undo);
  }
}
