// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.files.PrivateFiles;

/**
 * Opens the database file. Whether it is ours, whole and not too new is found out before anything
 * opens it for writing, so that a file that is refused stays as it is.
 */
final class HistoryFile {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 100;
  private static final int PAGE_SIZE_AT = 16;
  private static final int PAGE_COUNT_AT = 28;
  private static final int USER_VERSION_AT = 60;
  private static final int APPLICATION_ID_AT = 68;
  private static final int LARGEST_PAGE_BYTES = 65_536;

  private static final String JOURNAL = "-journal";

  /** What holds changes that the file does not, or takes them back. */
  private static final List<String> LOGS = List.of("-wal", JOURNAL);

  /** The WAL is cut to this size when it was longer. */
  private static final long WAL_LIMIT_BYTES = Writer.Log.LARGE.bytes();

  /** A merge spends an eighth less than with SQLite's own 4,096 (docs/decisions/0003). */
  private static final int PAGE_BYTES = 8_192;

  private final Settings settings;
  private final Schema schema;
  private final Failures failures;
  private final Path file;

  HistoryFile(Settings settings, Schema schema, Failures failures) {
    this.settings = settings;
    this.schema = schema;
    this.failures = failures;
    this.file = settings.file();
  }

  void prepareDirectory() throws StorageException {
    Path directory = file.getParent();
    if (directory == null) {
      throw failures.failed(file + " cannot be the file of the history: it is a root.", null);
    }
    try {
      PrivateFiles.createDirectories(directory);
    } catch (IOException e) {
      throw failures.failed("The directory " + directory + " cannot be made: " + e + ".", e);
    }
  }

  /** Returns the connection that writes. The caller holds the lease. */
  Database open() throws StorageException {
    try {
      if (Files.exists(file)) {
        checkHeader();
        finishInterrupted();
        checkContent();
      } else {
        checkNothingIsLeft();
        create();
      }
      return openForWriting();
    } catch (IOException e) {
      throw failures.failed("The history in " + file + " cannot be opened: " + e + ".", e);
    } catch (SQLException e) {
      throw failures.of(e);
    }
  }

  /** A history without its file is not made an empty one, which would delete the rest of it. */
  private void checkNothingIsLeft() throws IOException, StorageException {
    for (String suffix : LOGS) {
      if (isFilled(sibling(suffix))) {
        throw failures.corrupt(
            "it is missing, but " + sibling(suffix) + ", which belongs to it, is there", null);
      }
    }
  }

  private void create() throws IOException, SQLException {
    // Built aside and renamed, so that a file that is there is always a whole one.
    Path draft = sibling(".new");
    Files.deleteIfExists(draft);
    Files.deleteIfExists(sibling(".new-journal"));
    PrivateFiles.create(draft);
    try (Database database = Database.create(draft)) {
      database.execute("PRAGMA page_size = " + PAGE_BYTES);
      // What deletions leave free is given back step by step.
      database.execute("PRAGMA auto_vacuum = INCREMENTAL");
      schema.migrate(database);
    }
    // What an earlier database left behind would be read into this one; nothing is in it.
    for (String suffix : LOGS) {
      Files.deleteIfExists(sibling(suffix));
    }
    Files.deleteIfExists(sibling("-shm"));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    PrivateFiles.syncDirectory(file.resolveSibling("."));
  }

  private void checkHeader() throws IOException, StorageException {
    if (!Files.isRegularFile(file)) {
      throw failures.failed(
          file
              + " cannot be the file of the history: it is no file. Move it away, or configure another"
              + " path.",
          null);
    }
    if (Files.size(file) == 0) {
      throw failures.corrupt("it is empty", null);
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    long fileBytes;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      fileBytes = channel.size();
      while (header.hasRemaining() && channel.read(header) >= 0) {}
    }
    if (header.hasRemaining() || !startsWithMagic(header)) {
      throw failures.corrupt("it is no SQLite database", null);
    }
    checkIdentity(header.getInt(APPLICATION_ID_AT), header.getInt(USER_VERSION_AT));
    long pages = Integer.toUnsignedLong(header.getInt(PAGE_COUNT_AT));
    if (fileBytes < pages * pageBytes(header) && !hasLog()) {
      throw failures.corrupt("its end is missing", null);
    }
  }

  private static boolean startsWithMagic(ByteBuffer header) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (header.get(i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private static int pageBytes(ByteBuffer header) {
    int bytes = Short.toUnsignedInt(header.getShort(PAGE_SIZE_AT));
    // The largest size does not fit into the two bytes and is written as 1.
    return bytes == 1 ? LARGEST_PAGE_BYTES : bytes;
  }

  private boolean hasLog() throws IOException {
    for (String suffix : LOGS) {
      if (isFilled(sibling(suffix))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFilled(Path log) throws IOException {
    return Files.exists(log) && Files.size(log) > 0;
  }

  /**
   * Takes back what a process began that died while it changed the schema. Only a connection that
   * may write can do that, and the others refuse the file until it is done.
   */
  private void finishInterrupted() throws IOException, SQLException {
    if (isFilled(sibling(JOURNAL))) {
      try (Database database = Database.open(file, Database.Mode.WRITE)) {
        database.number("SELECT count(*) FROM sqlite_schema");
      }
    }
  }

  private void checkIdentity(long applicationId, long version) throws StorageException {
    if (applicationId != Schema.APPLICATION_ID) {
      throw failures.corrupt("it is the database of another program", null);
    }
    if (version > schema.version()) {
      throw failures.tooNew(version, schema.version());
    }
    if (version < 1) {
      throw failures.corrupt("its schema version is " + version, null);
    }
  }

  private void checkContent() throws SQLException, StorageException {
    try (Database database = Database.open(file, Database.Mode.READ)) {
      // Again, because the log may hold a newer header than the file.
      checkIdentity(
          database.number("PRAGMA application_id"), database.number("PRAGMA user_version"));
      database.number("SELECT count(*) FROM sqlite_schema");
      if (settings.checkOnStart()) {
        String verdict = database.text("PRAGMA quick_check(1)");
        if (!verdict.equals("ok")) {
          throw failures.corrupt(verdict, null);
        }
      }
    }
  }

  private Database openForWriting() throws SQLException {
    Database database = Database.open(file, Database.Mode.WRITE);
    try {
      if (database.number("PRAGMA user_version") < schema.version()) {
        // The header of the file itself must tell the version, so not through the log.
        database.execute("PRAGMA journal_mode = DELETE");
        schema.migrate(database);
      }
      configure(database);
      return database;
    } catch (SQLException e) {
      database.close();
      throw e;
    }
  }

  private void configure(Database database) throws SQLException {
    String mode = database.text("PRAGMA journal_mode = WAL");
    if (!mode.equals("wal")) {
      throw new SQLException("this file system does not support SQLite's write-ahead log");
    }
    database.execute("PRAGMA journal_size_limit = " + WAL_LIMIT_BYTES);
    // A file of an earlier version has the pages that it was made with.
    long pageBytes = database.number("PRAGMA page_size");
    database.execute("PRAGMA cache_size = -" + settings.cacheBytes() / 1024);
    if (settings.maxFileBytes() > 0) {
      database.execute("PRAGMA max_page_count = " + settings.maxFileBytes() / pageBytes);
    }
  }

  private Path sibling(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }
}
