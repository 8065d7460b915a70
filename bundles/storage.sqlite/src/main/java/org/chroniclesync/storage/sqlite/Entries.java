// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.chroniclesync.api.history.Entry;

/** Single entries. */
final class Entries {
  private static final String AT =
      "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position = ?";

  private Entries() {}

  /** Returns the entry at a position that something in the same view of the store refers to. */
  static Entry at(Database database, long position) throws SQLException {
    try (ResultSet row = database.bind(AT, position).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the list of pages refers to an entry that is missing");
      }
      return EntryRows.entry(database, row);
    }
  }
}
