// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out of the file what no standing version has any more. The rows and words of what a
 * tombstone replaced are overwritten when they go; what is left then are the names of devices, free
 * pages, and the log.
 */
final class Erasing {
  /** So few that a merge waits for tens of milliseconds. */
  private static final int PAGES_AT_ONCE = 500;

  /** A large file is written anew at once if of so many entries one has gone. */
  private static final int SHARE = 20;

  /** Devices that have names and recorded nothing that stands. Reads the whole history. */
  private static final String UNUSED =
      "SELECT key FROM device WHERE (platform <> '' OR user_agent <> '' OR browser_name <> '')"
          + " AND key NOT IN (SELECT device FROM entry)";

  private static final String UNPURGED =
      "(SELECT count(*) FROM gone) + (" + Purging.UNDER_WAY + ")";

  private Erasing() {}

  /** Returns the devices whose names nothing needs, as far as a reader can tell. */
  static List<Long> unusedDevices(Database database) throws SQLException {
    List<Long> unused = new ArrayList<>();
    try (ResultSet row = database.statement(UNUSED).executeQuery()) {
      while (row.next()) {
        unused.add(row.getLong(1));
      }
    }
    return unused;
  }

  /**
   * Overwrites the names of devices that still are unused. The row stays: another device must not
   * get its number, under which readers may know this one.
   */
  static boolean forgetDevices(Writer writer, long nowMillis) throws SQLException {
    List<Long> unused = unusedDevices(writer.database());
    for (Long key : unused) {
      writer
          .database()
          .update(
              "UPDATE device SET platform = '', user_agent = '', browser_name = '',"
                  + " browser_version = 'unused ' || key WHERE key = ?",
              key);
    }
    writer.interned().forget();
    if (!unused.isEmpty()) {
      // The file may have been written anew since the last of their visits went.
      buried(writer.database(), unused.size(), nowMillis);
    }
    return !unused.isEmpty();
  }

  /** Tells whether free pages can be given back to the file system. */
  static boolean shrinks(Database database) throws SQLException {
    // A file of an earlier version keeps its free pages, overwritten, for what comes.
    return database.number("PRAGMA auto_vacuum") == 2
        && database.number("PRAGMA freelist_count") > 0;
  }

  /** Gives some free pages back. Returns whether there are more. */
  static boolean shrink(Writer writer) throws SQLException {
    writer.database().complete("PRAGMA incremental_vacuum(" + PAGES_AT_ONCE + ")");
    return shrinks(writer.database());
  }

  /**
   * What SQLite may have left behind. It overwrites what goes, but not what it left when it moved
   * rows within a page or to another one, and that may be of a row that went since. Only a whole
   * new file is surely free of it.
   *
   * @param buried how many visits became tombstones since the file was last written anew, and rows
   *     of the index that it still had to take out then
   * @param sinceMillis when the first of them did
   * @param bytes the size of the file
   * @param entries visits without tombstones
   */
  record Left(long buried, long sinceMillis, long bytes, long entries) {
    static Left of(Database database) throws SQLException {
      long bytes = database.number("PRAGMA page_count") * database.number("PRAGMA page_size");
      try (ResultSet row =
          database.statement("SELECT buried, buried_at, entries FROM meta").executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the row of counts is missing");
        }
        return new Left(row.getLong(1), row.getLong(2), bytes, row.getLong(3));
      }
    }

    boolean isNothing() {
      return buried == 0;
    }

    /**
     * Tells whether the file is written anew at once. A large one takes a while, in which nothing
     * else is written, so it waits for a quiet moment unless much is gone.
     */
    boolean isStale(long mostBytesAtOnce) {
      return !isNothing() && (bytes <= mostBytesAtOnce || buried * SHARE >= entries);
    }
  }

  /** Some more visits became tombstones. */
  static void buried(Database database, int more, long nowMillis) throws SQLException {
    database.update(
        "UPDATE meta SET buried_at = iif(buried = 0, ?2, buried_at), buried = buried + ?1",
        more,
        nowMillis);
  }

  /**
   * Writes the file anew, and notes that. What the index has not taken out yet goes into the new
   * file, too, so that is noted as buried again. Not in a transaction.
   */
  static void rewrite(Database database, long nowMillis) throws SQLException {
    database.execute("VACUUM");
    database.update("UPDATE meta SET buried = " + UNPURGED + ", buried_at = ?", nowMillis);
  }

  /**
   * Moves the log into the file and cuts it to nothing. Returns false if readers are in the way.
   */
  static boolean cutLog(Database database) throws SQLException {
    return database.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
  }
}
