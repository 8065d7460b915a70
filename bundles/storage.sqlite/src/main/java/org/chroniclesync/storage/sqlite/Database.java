// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/** One connection and the statements it keeps prepared. For one thread at a time. */
final class Database implements AutoCloseable {
  /** The file is ours alone, so only our own connections can be in each other's way. */
  private static final int BUSY_TIMEOUT_MILLIS = 10_000;

  enum Mode {
    READ,
    WRITE
  }

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final SQLiteConnection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final Shared shared = new Shared(this);

  private Database(SQLiteConnection connection) {
    this.connection = connection;
  }

  static Database open(Path file, Mode mode) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(mode == Mode.READ);
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    // Asking for the key after each row halves the speed of merges.
    config.setGetGeneratedKeys(false);
    // The file is never made by opening it: it appears by a rename, when it is whole.
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    // One thread at a time, so SQLite need not look after that in each call.
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    Properties properties = config.toProperties();
    // Not through DriverManager, which looks for drivers where the caller's class loader sees them.
    Database database =
        new Database(new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), properties));
    try {
      // Neither a damaged page nor a schema that somebody else wrote is to be trusted.
      database.execute("PRAGMA cell_size_check = ON");
      database.execute("PRAGMA trusted_schema = OFF");
      // What was deleted is to be found in no byte of the file.
      database.execute("PRAGMA secure_delete = ON");
    } catch (SQLException e) {
      database.close();
      throw e;
    }
    return database;
  }

  /** Makes a file, which must not be there or empty. */
  static Database create(Path file) throws SQLException {
    return new Database(
        new JDBC4Connection(
            "jdbc:sqlite:" + file, file.toString(), new SQLiteConfig().toProperties()));
  }

  /** The values that entries share. */
  Shared shared() {
    return shared;
  }

  PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  /** Binds all parameters of a kept statement. */
  PreparedStatement bind(String sql, Object... values) throws SQLException {
    PreparedStatement statement = statement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  int update(String sql, Object... values) throws SQLException {
    return bind(sql, values).executeUpdate();
  }

  /** Runs a statement that is not worth keeping. */
  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs to its end a statement that would stop at each row, if it had columns. */
  void complete(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      String value = rows.next() ? rows.getString(1) : null;
      if (value == null) {
        throw new SQLException("no answer to " + sql);
      }
      return value;
    }
  }

  /** Makes what runs on this connection fail soon. For any thread. */
  void interrupt() throws SQLException {
    connection.getDatabase().interrupt();
  }

  /** Prepares all anew: the driver closes a statement that failed. */
  void recover() {
    for (PreparedStatement statement : statements.values()) {
      try {
        statement.close();
      } catch (SQLException e) {
        LOG.trace("It is the one that failed, and the driver says so again.", e);
      }
    }
    statements.clear();
  }

  @Override
  public void close() throws SQLException {
    recover();
    connection.close();
  }
}
