// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file whose index knows no sites, and no list the visits that are not shown. */
final class FourthVersion {
  private FourthVersion() {}

  /** Makes it of a file of today, all of which is indexed. */
  static void of(Path file) throws Exception {
    try (Database database = Database.open(file, Database.Mode.WRITE)) {
      Map<Long, String> sites = new LinkedHashMap<>();
      try (ResultSet row =
          database
              .statement(
                  "SELECT p.place | t.id, e.url FROM text t JOIN page p ON p.id = t.page JOIN face f"
                      + " ON f.text = t.id JOIN entry e ON e.position = f.position")
              .executeQuery()) {
        while (row.next()) {
          sites.put(row.getLong(1), Sites.of(row.getString(2)));
        }
      }
      for (Map.Entry<Long, String> each : sites.entrySet()) {
        database.update(
            "INSERT INTO search (search, rowid, title, url, summary) VALUES ('delete', ?, '', ?, '')",
            each.getKey(),
            each.getValue());
      }
      database.execute("UPDATE text SET indexed = 1");
      database.execute("DROP INDEX text_without_sites");
      database.execute("DROP TABLE hidden_visit");
      database.execute("ALTER TABLE gone DROP COLUMN form");
      database.recover();
      database.execute("PRAGMA user_version = 4");
    }
  }
}
