// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Visibility;

/**
 * What the file holds, as the steps that led there. A file of version n has taken the first n; a
 * step that was released never changes, a new one is added behind it.
 *
 * <p>An entry's row is keyed by its position in the change feed. So the feed is read in the order
 * of the file.
 *
 * @param steps from an empty file to the newest version
 */
record Schema(List<Step> steps) {
  /** "CSHi" in ASCII: says that the file is ours. */
  static final int APPLICATION_ID = 0x43534869;

  static final Schema CURRENT =
      new Schema(
          List.of(
              Schema::first,
              Schema::second,
              Schema::third,
              Schema::fourth,
              Schema::fifth,
              Schema::sixth,
              Schema::seventh));

  private static final List<String> INDEX =
      List.of(
          // Gets words that Words has already folded; ascii only splits them at the blanks.
          """
          CREATE VIRTUAL TABLE search USING fts5 (
            title, url, summary, content = '', columnsize = 0, tokenize = 'ascii',
            prefix = '1 2 3')""",
          "INSERT INTO search (search, rank) VALUES ('secure-delete', 1)",
          "CREATE VIRTUAL TABLE search_word USING fts5vocab (search, row)");

  /** Leaves of the time tree that are held while the sums of a whole file are made. */
  private static final int MAX_GATHERED = 10_000;

  interface Step {
    void apply(Database database) throws SQLException;
  }

  int version() {
    return steps.size();
  }

  /** Takes the steps that are missing, all or none. Not in WAL mode: the header must tell. */
  void migrate(Database database) throws SQLException {
    int from = (int) database.number("PRAGMA user_version");
    database.execute("BEGIN EXCLUSIVE");
    try {
      for (Step step : steps.subList(from, steps.size())) {
        step.apply(database);
      }
      database.execute("PRAGMA application_id = " + APPLICATION_ID);
      database.execute("PRAGMA user_version = " + version());
      database.execute("COMMIT");
    } catch (SQLException e) {
      Transactions.rollback(database, e);
      throw e;
    }
  }

  private static void first(Database database) throws SQLException {
    // STRICT with ANY keeps a value as it was bound: bytes of a string that is not well-formed,
    // and the sign of a negative zero, which a REAL column loses.
    List<String> statements =
        List.of(
            """
            CREATE TABLE meta (
              one INTEGER PRIMARY KEY CHECK (one = 1), feed TEXT NOT NULL, head INTEGER NOT NULL,
              entries INTEGER NOT NULL, tombstones INTEGER NOT NULL, indexed INTEGER NOT NULL
            ) STRICT""",
            "CREATE TABLE mark (name ANY PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID",
            "CREATE TABLE feed (key INTEGER PRIMARY KEY, id ANY NOT NULL UNIQUE) STRICT",
            "CREATE TABLE origin (key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT",
            """
            CREATE TABLE device (
              key INTEGER PRIMARY KEY, origin INTEGER NOT NULL, platform ANY NOT NULL,
              user_agent ANY NOT NULL, browser_name ANY NOT NULL, browser_version ANY NOT NULL,
              UNIQUE (origin, platform, user_agent, browser_name, browser_version)
            ) STRICT""",
            """
            CREATE TABLE entry (
              position INTEGER PRIMARY KEY, origin INTEGER NOT NULL, visit BLOB NOT NULL,
              device INTEGER NOT NULL, source INTEGER, modified INTEGER NOT NULL,
              deleted INTEGER NOT NULL, visit_time ANY NOT NULL, url ANY NOT NULL,
              title ANY NOT NULL, referring ANY NOT NULL, transition ANY NOT NULL,
              summary ANY, extracted_at ANY, unknown ANY NOT NULL,
              UNIQUE (origin, visit)
            ) STRICT""",
            "CREATE INDEX entry_by_time ON entry (visit_time) WHERE deleted = 0",
            // Positions that the full-text index still holds but no entry has any more.
            "CREATE TABLE gone (position INTEGER PRIMARY KEY) STRICT",
            // Gets words that Words has already folded; ascii only splits them at the blanks.
            """
            CREATE VIRTUAL TABLE search USING fts5 (
              title, url, summary, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1')""",
            "CREATE VIRTUAL TABLE search_word USING fts5vocab (search, row)");
    for (String statement : statements) {
      database.execute(statement);
    }
    database.update(
        "INSERT INTO meta (one, feed, head, entries, tombstones, indexed) VALUES (1, ?, 0, 0, 0, 0)",
        UUID.randomUUID().toString());
  }

  private static void second(Database database) throws SQLException {
    List<String> statements =
        List.of(
            // Sums are over tombstones, too.
            "DROP INDEX entry_by_time",
            "CREATE INDEX entry_by_time ON entry (visit_time)",
            """
            CREATE TABLE bucket (
              level INTEGER NOT NULL, number INTEGER NOT NULL, entries INTEGER NOT NULL,
              high INTEGER NOT NULL, low INTEGER NOT NULL, PRIMARY KEY (level, number)
            ) STRICT, WITHOUT ROWID""");
    for (String statement : statements) {
      database.execute(statement);
    }
    addUp(database);
  }

  /** Fills the empty buckets. */
  private static void addUp(Database database) throws SQLException {
    Sums sums = new Sums();
    try (ResultSet row =
        database.statement("SELECT " + EntryRows.COLUMNS + " FROM entry e").executeQuery()) {
      while (row.next()) {
        sums.add(EntryRows.entry(database, row));
        if (sums.size() >= MAX_GATHERED) {
          sums.write(database);
        }
      }
    }
    sums.write(database);
  }

  /**
   * Searches find pages since, not visits, by words that are folded otherwise. The indexer fills
   * all of it, in a file that was there from the newest visit to the oldest.
   */
  private static void third(Database database) throws SQLException {
    List<String> statements =
        List.of(
            "DROP TABLE search_word",
            "DROP TABLE search",
            "DROP TABLE gone",
            "ALTER TABLE meta ADD COLUMN unlisted INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE meta ADD COLUMN older INTEGER NOT NULL DEFAULT 0",
            "UPDATE meta SET indexed = head, unlisted = head, older = head",
            """
            CREATE TABLE page (
              id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE, visits INTEGER NOT NULL,
              newest ANY NOT NULL, place INTEGER
            ) STRICT""",
            "CREATE INDEX page_by_place ON page (place)",
            """
            CREATE TABLE text (
              id INTEGER PRIMARY KEY, page INTEGER NOT NULL, hash INTEGER NOT NULL,
              indexed INTEGER NOT NULL, UNIQUE (page, hash)
            ) STRICT""",
            """
            CREATE TABLE face (
              text INTEGER NOT NULL, device INTEGER NOT NULL, visits INTEGER NOT NULL,
              newest ANY NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (text, device)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE page_visit (
              text INTEGER NOT NULL, device INTEGER NOT NULL, visit_time ANY NOT NULL,
              position INTEGER NOT NULL, PRIMARY KEY (text, device, visit_time, position)
            ) STRICT, WITHOUT ROWID""",
            // Pages whose texts are not in the index, or not in their place.
            "CREATE TABLE unindexed (page INTEGER PRIMARY KEY) STRICT",
            // Texts that the index still holds but no visit has any more.
            """
            CREATE TABLE gone (
              row INTEGER PRIMARY KEY, title ANY NOT NULL, url ANY NOT NULL, summary ANY NOT NULL
            ) STRICT""",
            // The words of the index: search_word knows them too, but reads all rows of each.
            "CREATE TABLE word (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID");
    for (String statement : Stream.concat(statements.stream(), INDEX.stream()).toList()) {
      database.execute(statement);
    }
  }

  /** Tombstones hold nothing but an id and a time since, and lie where the id says. */
  private static void fourth(Database database) throws SQLException {
    if (database.number("SELECT count(*) FROM entry WHERE deleted = 1") == 0) {
      return;
    }
    database.execute(
        "INSERT OR IGNORE INTO device (origin, platform, user_agent, browser_name, browser_version)"
            + " SELECT DISTINCT origin, '', '', '', '' FROM entry WHERE deleted = 1");
    try (ResultSet row =
        database
            .statement("SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.deleted = 1")
            .executeQuery()) {
      while (row.next()) {
        database.update(
            "UPDATE entry SET visit_time = ?1, url = '', title = '', referring = '', transition ="
                + " '', summary = NULL, extracted_at = NULL, unknown = '', device = (SELECT d.key"
                + " FROM device d WHERE (d.origin, d.platform, d.user_agent, d.browser_name,"
                + " d.browser_version) = (entry.origin, '', '', '', '')) WHERE position = ?2",
            EntryRows.entry(database, row).visitTimeMillis(),
            EntryRows.position(row));
      }
    }
    database.execute("DELETE FROM bucket");
    addUp(database);
  }

  /**
   * Words have other forms since, and the index tells the sites of addresses: the indexer makes it
   * anew. And the visits of a page can be found that no list shows.
   */
  private static void fifth(Database database) throws SQLException {
    List<String> statements =
        List.of(
            "DROP TABLE search_word",
            "DROP TABLE search",
            "DELETE FROM gone",
            "DELETE FROM word",
            "UPDATE text SET indexed = 0",
            "UPDATE page SET place = NULL",
            "INSERT OR IGNORE INTO unindexed SELECT id FROM page",
            """
            CREATE TABLE hidden_visit (
              page INTEGER NOT NULL, visit_time ANY NOT NULL, position INTEGER NOT NULL,
              PRIMARY KEY (page, visit_time, position)
            ) STRICT, WITHOUT ROWID""");
    for (String statement : Stream.concat(statements.stream(), INDEX.stream()).toList()) {
      database.execute(statement);
    }
    try (ResultSet row =
        database
            .statement(
                "SELECT e.position, e.visit_time, e.transition, e.url FROM meta m JOIN entry e ON"
                    + " e.position > m.unlisted AND e.position <= m.indexed WHERE e.deleted = 0")
            .executeQuery()) {
      while (row.next()) {
        if (!Visibility.isShown(EntryRows.text(row, 3))) {
          Listing.hide(database, EntryRows.text(row, 4), row.getDouble(2), row.getLong(1));
        }
      }
    }
  }

  /** How many tombstones there were when the file was last written anew. */
  private static void sixth(Database database) throws SQLException {
    database.execute("ALTER TABLE meta ADD COLUMN rewritten INTEGER NOT NULL DEFAULT 0");
  }

  /**
   * How many visits became tombstones since the file was last written anew, and when the first of
   * them did: their number alone does not tell, for what was deleted may come back meanwhile.
   */
  private static void seventh(Database database) throws SQLException {
    database.execute("ALTER TABLE meta ADD COLUMN buried INTEGER NOT NULL DEFAULT 0");
    database.execute("ALTER TABLE meta ADD COLUMN buried_at INTEGER NOT NULL DEFAULT 0");
    database.update(
        "UPDATE meta SET buried = abs(tombstones - rewritten), buried_at = ?",
        System.currentTimeMillis());
    database.execute("ALTER TABLE meta DROP COLUMN rewritten");
  }
}
