// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** A file as version 2 wrote it: its index has a row for each visit, and folds words otherwise. */
final class SecondVersion {
  /** A word that only the old index holds. */
  static final String OLD_WORD = "oldfold";

  private SecondVersion() {}

  /** Makes a closed file of the present version one of version 2, with the same visits. */
  static void of(Path file) throws SQLException {
    try (Database database = Database.open(file, Database.Mode.WRITE)) {
      for (String table :
          List.of(
              "search_word",
              "search",
              "word",
              "gone",
              "unindexed",
              "page_visit",
              "hidden_visit",
              "face",
              "text",
              "page")) {
        database.execute("DROP TABLE " + table);
      }
      database.execute("ALTER TABLE meta DROP COLUMN unlisted");
      database.execute("ALTER TABLE meta DROP COLUMN older");
      database.execute("ALTER TABLE meta DROP COLUMN buried");
      database.execute("ALTER TABLE meta DROP COLUMN buried_at");
      database.execute("CREATE TABLE gone (position INTEGER PRIMARY KEY) STRICT");
      database.execute(
          """
          CREATE VIRTUAL TABLE search USING fts5 (
            title, url, summary, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1')""");
      database.execute("CREATE VIRTUAL TABLE search_word USING fts5vocab (search, row)");
      database.execute(
          "INSERT INTO search (rowid, title, url, summary) SELECT position, '"
              + OLD_WORD
              + "', url, '' FROM entry");
      database.execute("UPDATE meta SET indexed = head");
      database.execute("PRAGMA user_version = 2");
    }
  }
}
