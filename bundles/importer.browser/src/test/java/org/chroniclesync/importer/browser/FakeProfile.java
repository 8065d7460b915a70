// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.chroniclesync.support.browsers.Family;

/** A profile whose database has the tables of a real one and the visits of a test. */
record FakeProfile(Family family, Path directory) {
  /** 2026-01-01, in microseconds since 1970. */
  static final long FIRST_MICROS = 1_767_225_600_000_000L;

  private static final long CHROMIUM_EPOCH_MICROS = 11_644_473_600_000_000L;

  /** Copies the database that a real browser wrote, and empties it. */
  static FakeProfile empty(Family family, Path directory) throws IOException, SQLException {
    FakeProfile profile = real(family, directory);
    try (Connection connection = profile.open();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM " + family.visitTable);
      statement.execute("DELETE FROM " + family.placeTable);
      if (family == Family.CHROMIUM) {
        statement.execute("DELETE FROM sqlite_sequence");
      }
    }
    return profile;
  }

  static FakeProfile real(Family family, Path directory) throws IOException {
    Path resources = Path.of("src/test/resources/profiles").toAbsolutePath();
    if (family == Family.FIREFOX) {
      Files.createDirectories(directory);
      copy(resources.resolve("firefox"), directory, "places.sqlite");
      copy(resources.resolve("firefox"), directory, "compatibility.ini");
      return new FakeProfile(family, directory);
    }
    Path profile = Files.createDirectories(directory.resolve("Default"));
    copy(resources.resolve("chromium/Default"), profile, "History");
    copy(resources.resolve("chromium"), directory, "Last Version");
    return new FakeProfile(family, profile);
  }

  /** Makes the database of a case, whose first lines say what it is. */
  static FakeProfile ofCase(Family family, String name, Path directory)
      throws IOException, SQLException {
    Files.createDirectories(directory);
    FakeProfile profile = new FakeProfile(family, directory);
    profile.execute(Files.readString(Path.of("src/test/resources/cases", name)));
    return profile;
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    Files.copy(from.resolve(name), to.resolve(name));
  }

  Path database() {
    return directory.resolve(family.file);
  }

  Connection open() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database());
  }

  void visit(long row, String url, String title) throws SQLException {
    try (Connection connection = open()) {
      visit(connection, row, url, title, FIRST_MICROS + row * 1_000_001, 0, 1);
    }
  }

  void visits(int first, int count) throws SQLException {
    try (Connection connection = open()) {
      connection.setAutoCommit(false);
      for (int row = first; row < first + count; row++) {
        visit(
            connection,
            row,
            "http://site" + row % 100 + ".example.org/page/" + row,
            "Page " + row,
            FIRST_MICROS + row * 1_000_001L,
            row - 1,
            1);
      }
      connection.commit();
    }
  }

  void visit(
      Connection connection, long row, String url, String title, long micros, long from, int type)
      throws SQLException {
    boolean chromium = family == Family.CHROMIUM;
    try (PreparedStatement page =
            connection.prepareStatement(
                chromium
                    ? "INSERT INTO urls (id, url, title, last_visit_time) VALUES (?, ?, ?, 0)"
                    : "INSERT INTO moz_places (id, url, title, guid) VALUES (?, ?, ?, hex(randomblob(6)))");
        PreparedStatement visit =
            connection.prepareStatement(
                chromium
                    ? "INSERT INTO visits (id, url, visit_time, from_visit, transition)"
                        + " VALUES (?, ?, ?, ?, ?)"
                    : "INSERT INTO moz_historyvisits (id, place_id, visit_date, from_visit,"
                        + " visit_type) VALUES (?, ?, ?, ?, ?)")) {
      // A page a visit; the numbers of pages are never given again, other than those of visits.
      long place = micros == 0 ? row : micros;
      page.setLong(1, place);
      page.setString(2, url);
      page.setString(3, title);
      page.executeUpdate();
      visit.setLong(1, row);
      visit.setLong(2, place);
      visit.setLong(3, chromium && micros != 0 ? micros + CHROMIUM_EPOCH_MICROS : micros);
      visit.setLong(4, from);
      visit.setInt(5, type);
      visit.executeUpdate();
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      // Unlike the others, this executes more than one statement.
      statement.executeUpdate(sql);
    }
  }
}
