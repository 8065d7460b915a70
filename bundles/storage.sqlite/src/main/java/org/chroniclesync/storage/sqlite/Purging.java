// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes very much out of the full-text index. FTS5 overwrites the words of a row one by one, each
 * in its place; of many rows it is cheaper to write down that they are gone, and to write the index
 * anew without them. Until that is done, the file says so: FTS5 keeps in it whether it overwrites.
 * So a process that ends in the midst of it leaves it to the next one. For the thread of the
 * indexer.
 */
final class Purging {
  /** Fewer are overwritten in an instant. */
  static final int FEW = 500;

  /** The index is written anew if of so many texts one goes. */
  private static final int SHARE = 20;

  /** Leaves that are written in a step. */
  private static final int PAGES = 500;

  /** Words that are listed in a step. */
  private static final int WORDS = 2_000;

  private static final String MERGE =
      "INSERT INTO search (search, rank) VALUES ('merge', -" + PAGES + ")";

  /** One while the index holds words of rows that were taken out, otherwise none. */
  static final String UNDER_WAY = "SELECT v = 0 FROM search_config WHERE k = 'secure-delete'";

  private static final String OVERWRITE =
      "INSERT INTO search (search, rank) VALUES ('secure-delete', ?)";
  private static final String USED =
      "SELECT term FROM search_word WHERE term > ? ORDER BY term LIMIT " + WORDS;

  /** Whether the index is being written anew, so that rows that go meanwhile wait. */
  private boolean writing;

  /** Whether that is done, and its words are listed. */
  private boolean written;

  private String listed = "";

  /** Tells whether the index holds words of rows that were taken out. */
  boolean isUnderWay(Database database) throws SQLException {
    return database.number(UNDER_WAY) == 1;
  }

  /** Tells whether rows that are gone are taken out now. */
  boolean takesOut() {
    return !writing;
  }

  /** Begins the writing anew, because a step failed. */
  void startAgain() {
    writing = false;
  }

  /** Begins if so many are gone that it is cheaper. Returns whether it has begun. */
  boolean begin(Database database) throws SQLException {
    // No more than these; counting them would read the table at each step.
    long texts = database.number("SELECT coalesce(max(id), 0) FROM text");
    long enough = Math.max(FEW, texts / SHARE);
    long gone = database.number("SELECT count(*) FROM (SELECT 1 FROM gone LIMIT " + enough + ")");
    if (gone < enough) {
      return false;
    }
    database.update(OVERWRITE, 0);
    writing = false;
    return true;
  }

  /** Takes a step once all rows are out that had to go. */
  void step(Database database) throws SQLException {
    if (!writing) {
      writing = true;
      written = false;
      listed = "";
      database.execute("DROP TABLE IF EXISTS fresh_word");
      database.execute("CREATE TABLE fresh_word (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID");
    }
    if (!written) {
      long before = database.number("SELECT total_changes()");
      database.execute(MERGE);
      // The command itself counts as one.
      written = database.number("SELECT total_changes()") - before <= 1;
    } else if (!listWords(database)) {
      database.execute("DROP TABLE word");
      database.execute("ALTER TABLE fresh_word RENAME TO word");
      database.update(OVERWRITE, 1);
      writing = false;
    }
  }

  /**
   * Lists words that some row has. What SQLite moved within a table, to make room, it leaves where
   * it was; with the table itself that goes, too. Returns whether there are more.
   */
  private boolean listWords(Database database) throws SQLException {
    List<String> words = new ArrayList<>();
    try (ResultSet row = database.bind(USED, listed).executeQuery()) {
      while (row.next()) {
        words.add(row.getString(1));
      }
    }
    for (String word : words) {
      if (Index.isListed(word)) {
        database.update("INSERT INTO fresh_word VALUES (?)", word);
      }
      listed = word;
    }
    return !words.isEmpty();
  }
}
