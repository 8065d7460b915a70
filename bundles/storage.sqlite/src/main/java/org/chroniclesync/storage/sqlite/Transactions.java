// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.SQLException;

/** Undoing a transaction that failed. */
final class Transactions {
  private Transactions() {}

  /** Rolls back; that SQLite had already done so on its own is no further failure. */
  static void rollback(Database database, Throwable cause) {
    database.shared().forget();
    try {
      database.execute("ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
