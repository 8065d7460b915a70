// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/**
 * Stands in for a browser that runs: a process that holds a database in exclusive mode with a
 * write-ahead log. For each line it reads, it executes it; at the end of its input it ends without
 * closing anything, like a browser that is killed.
 */
final class DatabaseHolder {
  private DatabaseHolder() {}

  public static void main(String[] args) throws Exception {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + args[0]);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA wal_autocheckpoint = 0");
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("CREATE TABLE IF NOT EXISTS held (a)");
      statement.execute("COMMIT");
      System.out.println("held");
      StringBuilder sql = new StringBuilder();
      for (int c = System.in.read(); c >= 0; c = System.in.read()) {
        if (c == '\n') {
          statement.execute(sql.toString());
          sql.setLength(0);
          System.out.println("done");
        } else {
          sql.append((char) c);
        }
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
