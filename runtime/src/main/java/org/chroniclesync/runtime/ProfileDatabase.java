// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.runtime.DemoProfile.Browser;
import org.chroniclesync.testkits.history.SyntheticHistory;

/** The database of a profile that no browser has open; visits are written into it. */
final class ProfileDatabase implements AutoCloseable {
  private static final long CHROMIUM_EPOCH_MICROS = 11_644_473_600_000_000L; // 1601 to 1970
  private static final int TYPED = 1;
  private static final int LINK = 0;
  private static final int FIREFOX_LINK = 1;
  private final Browser browser;
  private final Connection connection;
  private final PreparedStatement page;
  private final PreparedStatement visit;
  private long nextPage;

  ProfileDatabase(Browser browser, Path database) throws ExitException {
    this.browser = browser;
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + database);
      connection.setAutoCommit(false);
      page = connection.prepareStatement(pageSql());
      visit = connection.prepareStatement(visitSql());
      nextPage = highestPage() + 1;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  void add(String url, String title) throws ExitException {
    try {
      insert(url, title, System.currentTimeMillis() * 1_000);
      connection.commit();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Adds many visits. The same seed gives the same addresses and titles, and the same times between
   * visits; the last one is now.
   */
  void generate(int count, long seed) throws ExitException {
    List<Entry> visits = new SyntheticHistory(seed, 1).next(count);
    double last = visits.isEmpty() ? 0 : visits.get(count - 1).visitTimeMillis();
    double shift = System.currentTimeMillis() - last;
    try {
      for (Entry entry : visits) {
        insert(entry.url(), entry.title(), Math.round((entry.visitTimeMillis() + shift) * 1_000));
      }
      connection.commit();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() throws ExitException {
    try {
      page.close();
      visit.close();
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void insert(String url, String title, long micros) throws SQLException {
    page.setLong(1, nextPage);
    page.setString(2, url);
    page.setString(3, title);
    if (browser == Browser.CHROMIUM) {
      page.setLong(4, micros + CHROMIUM_EPOCH_MICROS);
    } else {
      page.setLong(4, micros);
      page.setString(5, String.format(Locale.ROOT, "demo%08d", nextPage));
    }
    page.executeUpdate();
    visit.setLong(1, nextPage);
    visit.setLong(2, browser == Browser.CHROMIUM ? micros + CHROMIUM_EPOCH_MICROS : micros);
    visit.setInt(
        3, browser == Browser.CHROMIUM ? (nextPage % 7 == 0 ? TYPED : LINK) : FIREFOX_LINK);
    visit.executeUpdate();
    nextPage++;
  }

  private String pageSql() {
    return browser == Browser.CHROMIUM
        ? "INSERT INTO urls (id, url, title, last_visit_time, visit_count) VALUES (?, ?, ?, ?, 1)"
        : "INSERT INTO moz_places (id, url, title, last_visit_date, guid, visit_count)"
            + " VALUES (?, ?, ?, ?, ?, 1)";
  }

  private String visitSql() {
    return browser == Browser.CHROMIUM
        ? "INSERT INTO visits (url, visit_time, transition) VALUES (?, ?, ?)"
        : "INSERT INTO moz_historyvisits (place_id, visit_date, visit_type, from_visit)"
            + " VALUES (?, ?, ?, 0)";
  }

  private long highestPage() throws SQLException {
    String table = browser == Browser.CHROMIUM ? "urls" : "moz_places";
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT coalesce(max(id), 0) FROM " + table)) {
      result.next();
      return result.getLong(1);
    }
  }

  private static ExitException failed(SQLException e) {
    return new ExitException(
        Exit.UNEXPECTED, "Visits could not be written into the profile: " + e.getMessage());
  }
}
