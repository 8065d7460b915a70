// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A database with a row a visit, and a view for people who ask it. */
final class SqliteWriter implements EntryWriter {
  /** Tells our databases from those of others: "csfe". */
  static final int APPLICATION_ID = 0x63736665;

  /** Devices as they were at a visit; few, but a stranger's history may have as many as visits. */
  private static final int MAX_DEVICES = 10_000;

  private static final int COMMIT = 50_000;

  private final Connection connection;
  private final PreparedStatement visit;
  private final PreparedStatement device;
  private final Map<Device, Long> devices = new HashMap<>();
  private int pending;

  SqliteWriter(Path file) throws IOException {
    SQLiteConfig config = new SQLiteConfig();
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    try {
      connection = source.getConnection();
      try (Statement statement = connection.createStatement()) {
        // Nobody sees the file before it is complete and durable.
        statement.execute("PRAGMA journal_mode = OFF");
        statement.execute("PRAGMA synchronous = OFF");
        statement.execute("PRAGMA application_id = " + APPLICATION_ID);
        statement.executeUpdate(
            "CREATE TABLE devices (id INTEGER PRIMARY KEY, device_id TEXT NOT NULL,"
                + " platform TEXT NOT NULL, user_agent TEXT NOT NULL, browser_name TEXT NOT NULL,"
                + " browser_version TEXT NOT NULL)");
        statement.executeUpdate(
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, device INTEGER NOT NULL REFERENCES"
                + " devices(id), visit_id TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,"
                + " visit_time REAL NOT NULL, referring_visit_id TEXT NOT NULL,"
                + " transition TEXT NOT NULL, last_modified INTEGER NOT NULL, summary TEXT,"
                + " extracted_at REAL, unknown_members TEXT)");
        statement.executeUpdate(
            "CREATE VIEW history AS SELECT strftime('%Y-%m-%d %H:%M:%f', v.visit_time / 1000,"
                + " 'unixepoch') AS utc, v.url, v.title, d.browser_name, d.platform"
                + " FROM visits v JOIN devices d ON d.id = v.device ORDER BY v.visit_time");
      }
      connection.setAutoCommit(false);
      visit =
          connection.prepareStatement(
              "INSERT INTO visits VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      device = connection.prepareStatement("INSERT INTO devices VALUES (NULL, ?, ?, ?, ?, ?)");
    } catch (SQLException e) {
      throw new IOException("The database cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void write(Entry entry) throws IOException {
    try {
      PageSummary page = entry.page();
      visit.setLong(1, device(entry.device()));
      visit.setString(2, entry.visitId());
      visit.setString(3, entry.url());
      visit.setString(4, entry.title());
      visit.setDouble(5, entry.visitTimeMillis());
      visit.setString(6, entry.referringVisitId());
      visit.setString(7, entry.transition());
      visit.setLong(8, entry.lastModifiedMillis());
      visit.setString(9, page == null ? null : page.summary());
      visit.setObject(10, page == null ? null : page.extractedAtMillis());
      visit.setString(11, entry.unknown().isEmpty() ? null : entry.unknown().json());
      visit.executeUpdate();
      if (++pending == COMMIT) {
        connection.commit();
        pending = 0;
      }
    } catch (SQLException e) {
      throw new IOException("The database cannot be written: " + e.getMessage(), e);
    }
  }

  private long device(Device one) throws SQLException {
    Long known = devices.get(one);
    if (known != null) {
      return known;
    }
    device.setString(1, one.id().value());
    device.setString(2, one.platform());
    device.setString(3, one.userAgent());
    device.setString(4, one.browserName());
    device.setString(5, one.browserVersion());
    device.executeUpdate();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT last_insert_rowid()")) {
      long id = row.getLong(1);
      if (devices.size() < MAX_DEVICES) {
        devices.put(one, id);
      }
      return id;
    }
  }

  @Override
  public void end() throws IOException {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IOException("The database cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException("The database cannot be closed: " + e.getMessage(), e);
    }
  }
}
