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

  /** Devices that have names and recorded nothing that stands. Reads the whole history. */
  private static final String UNUSED =
      "SELECT key FROM device WHERE (platform <> '' OR user_agent <> '' OR browser_name <> '')"
          + " AND key NOT IN (SELECT device FROM entry)";

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
  static boolean forgetDevices(Writer writer) throws SQLException {
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
   * Moves the log into the file and cuts it to nothing. Returns false if readers are in the way.
   */
  static boolean cutLog(Database database) throws SQLException {
    return database.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
  }
}
