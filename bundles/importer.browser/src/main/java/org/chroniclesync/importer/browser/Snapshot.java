// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteDataSource;

/**
 * A browser's database as it was at one moment, opened: in place, or a copy.
 *
 * <p>What is read in place is of one moment if no file changed from before until after it, and so
 * is a copy. The stamps can tell only if the last change before is older than the clock of the file
 * system is coarse; hence a source must have been still for a little while. In place, nothing may
 * be believed before {@link #requireUnchanged}. Against a browser that never is still, the last
 * copy is taken if SQLite finds it sound.
 */
final class Snapshot implements AutoCloseable {
  /** Largest database with its log that is copied. */
  static final long MAX_BYTES = 8L << 30;

  /** How often a copy is tried before an unsound one is a failure. */
  static final int MAX_ATTEMPTS = 5;

  /** Coarser than the time stamps of the usual file systems, finer than a person notices. */
  static final int STILL_MILLIS = 50;

  private final Connection connection;
  private final @Nullable Workplace workplace;
  private final @Nullable Moment moment;
  private final boolean complete;

  private Snapshot(
      Connection connection,
      @Nullable Workplace workplace,
      @Nullable Moment moment,
      boolean complete) {
    this.connection = connection;
    this.workplace = workplace;
    this.moment = moment;
    this.complete = complete;
  }

  /** What the files were when reading in place began. */
  private record Moment(SourceFiles source, SourceFiles.Stamps stamps, ByteBuffer head) {
    static Moment of(SourceFiles source, SourceFiles.Stamps stamps) throws IOException {
      return new Moment(source, stamps, source.head());
    }

    boolean isStill() throws IOException {
      return source.stamps().equals(stamps) && source.head().equals(head);
    }
  }

  /** The database changed while it was read in place: nothing of it may be believed. */
  static final class ChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    ChangedException() {
      super("it changes too fast to be read");
    }
  }

  /**
   * Opens the database where it is, without locks.
   *
   * @return it, or nothing if only a copy of it with its log or journal is sound
   */
  static Optional<Snapshot> inPlace(SourceFiles source)
      throws IOException, SQLException, InterruptedException {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      SourceFiles.Stamps before = awaitStill(source, attempt);
      requireThere(before);
      if (before.bytes() > MAX_BYTES || !source.isLocal()) {
        return Optional.empty();
      }
      Moment moment = Moment.of(source, before);
      WriteAheadLog.State state = source.state();
      if (!moment.isStill()) {
        continue;
      }
      if (state == WriteAheadLog.State.MIXED) {
        return Optional.empty();
      }
      // Immutable: no lock, no log, no journal, nothing written.
      Connection connection =
          open("jdbc:sqlite:" + source.database().toUri() + "?immutable=1", true);
      return Optional.of(
          new Snapshot(connection, null, moment, state == WriteAheadLog.State.COMPLETE));
    }
    return Optional.empty();
  }

  static Snapshot copy(SourceFiles source, Workplace workplace)
      throws IOException, SQLException, InterruptedException {
    try {
      boolean still = false;
      Path copy = workplace.copies();
      for (int attempt = 1; !still && attempt <= MAX_ATTEMPTS; attempt++) {
        SourceFiles.Stamps before = awaitStill(source, attempt);
        requireThere(before);
        requireSpace(before.bytes(), workplace);
        copy = source.copyTo(workplace.copies(), MAX_BYTES);
        still = before.equals(source.stamps());
      }
      return new Snapshot(open("jdbc:sqlite:" + copy, still), workplace, null, true);
    } catch (IOException | SQLException | InterruptedException | RuntimeException e) {
      workplace.empty();
      throw e;
    }
  }

  private static SourceFiles.Stamps awaitStill(SourceFiles source, int attempt)
      throws IOException, InterruptedException {
    SourceFiles.Stamps stamps = source.stamps();
    long age = Instant.now().toEpochMilli() - stamps.newestMillis();
    if (age < STILL_MILLIS) {
      Thread.sleep((long) STILL_MILLIS * attempt);
      stamps = source.stamps();
    }
    return stamps;
  }

  private static void requireThere(SourceFiles.Stamps stamps) throws IOException {
    if (stamps.files().get(0).equals(SourceFiles.Stamp.ABSENT)) {
      throw new IOException("the file no longer exists");
    }
  }

  private static void requireSpace(long bytes, Workplace workplace) throws IOException {
    if (bytes > MAX_BYTES) {
      throw new IOException("it has " + bytes + " bytes; at most " + MAX_BYTES + " are read");
    }
    long usable = Files.getFileStore(workplace.copies()).getUsableSpace();
    if (usable < bytes) {
      throw new IOException("the directory for temporary files has only " + usable + " bytes left");
    }
  }

  private static Connection open(String url, boolean still) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    // Alone with the copy: SQLite needs no shared memory file for the log then.
    config.setLockingMode(LockingMode.EXCLUSIVE);
    config.enableLoadExtension(false);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(url);
    Connection connection = source.getConnection();
    try (Statement statement = connection.createStatement()) {
      // What the schema of a strange file would like to run is not run.
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA query_only = ON");
      if (!still) {
        requireSound(statement);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static void requireSound(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (!rows.next() || !"ok".equals(rows.getString(1))) {
        throw new SQLException("it changes too fast for a complete copy");
      }
    }
  }

  Connection connection() {
    return connection;
  }

  /** Tells whether this is all that the browser has written. */
  boolean isComplete() {
    return complete;
  }

  boolean isUnchanged() throws IOException {
    return moment == null || moment.isStill();
  }

  /**
   * Makes sure that what was read until now is of one moment.
   *
   * @throws ChangedException if it may not be
   */
  void requireUnchanged() throws IOException {
    if (!isUnchanged()) {
      throw new ChangedException();
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      connection.close();
    } finally {
      if (workplace != null) {
        workplace.empty();
      }
    }
  }
}
