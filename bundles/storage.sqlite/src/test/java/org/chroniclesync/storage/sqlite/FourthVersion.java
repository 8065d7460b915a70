// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;

/** A file whose index has other forms of words, and no list the visits that are not shown. */
final class FourthVersion {
  /** A form that no word has any more. */
  static final String FORMER_WORD = "formerword";

  private FourthVersion() {}

  /** Makes it of a file of today, all of which is indexed. */
  static void of(Path file) throws Exception {
    try (Database database = Database.open(file, Database.Mode.WRITE)) {
      database.update(
          "INSERT INTO search (rowid, title, url, summary) SELECT p.place | t.id, ?, '', '' FROM"
              + " text t JOIN page p ON p.id = t.page",
          FORMER_WORD);
      database.update("INSERT INTO word VALUES (?)", FORMER_WORD);
      database.execute("DROP TABLE hidden_visit");
      database.recover();
      database.execute("ALTER TABLE meta DROP COLUMN buried");
      database.execute("ALTER TABLE meta DROP COLUMN buried_at");
      database.execute("PRAGMA user_version = 4");
    }
  }
}
