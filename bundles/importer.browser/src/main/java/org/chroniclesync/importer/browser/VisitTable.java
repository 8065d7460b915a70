// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.Bounds;
import org.jspecify.annotations.Nullable;

/** The visits in a database of one of the families, whatever version of the schema it has. */
final class VisitTable {
  private final Connection connection;
  private final Family family;
  private final String query;

  private VisitTable(Connection connection, Family family, String query) {
    this.connection = connection;
    this.family = family;
    this.query = query;
  }

  /** Finds the columns that are needed; more may be there, and two may be lacking. */
  static VisitTable of(Connection connection, Family family) throws SQLException {
    for (Map.Entry<String, List<String>> table : family.needed().entrySet()) {
      Set<String> columns = columns(connection, table.getKey());
      for (String column : table.getValue()) {
        if (!columns.contains(column)) {
          throw new SQLException(
              "its tables are not those of a known browser: "
                  + (columns.isEmpty() ? "" : "column " + column + " of ")
                  + "table "
                  + table.getKey()
                  + " is missing");
        }
      }
    }
    String query =
        family.query(
            columns(connection, family.placeTable).contains(Family.HIDDEN_COLUMN),
            columns(connection, family.visitTable).contains(family.originColumn));
    return new VisitTable(connection, family, query);
  }

  private static Set<String> columns(Connection connection, String table) throws SQLException {
    Set<String> names = new HashSet<>();
    // A view may run for ever.
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT c.name FROM sqlite_master t, pragma_table_info(t.name) c"
                + " WHERE t.type = 'table' AND t.name = ?")) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1).toLowerCase(Locale.ROOT));
        }
      }
    }
    return names;
  }

  /**
   * Returns the visits that follow a row, in the order of their rows.
   *
   * @throws SQLException if they are in another order, which only a damaged file has: the import
   *     would go on from a smaller row, for ever
   */
  List<Visit> after(long row, int limit) throws SQLException {
    List<Visit> visits = new ArrayList<>();
    long before = row;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setInt(1, Bounds.MAX_URL_CHARS);
      statement.setInt(2, Bounds.MAX_TITLE_CHARS);
      statement.setLong(3, row);
      statement.setInt(4, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Visit visit = visit(rows);
          if (visit.row() <= before) {
            throw new SQLException("its rows are out of order; the file is damaged");
          }
          visits.add(visit);
          before = visit.row();
        }
      }
    }
    return visits;
  }

  private static Visit visit(ResultSet rows) throws SQLException {
    return new Visit(
        rows.getLong(1),
        rows.getLong(2),
        rows.getLong(3),
        rows.getLong(4),
        rows.getInt(5),
        rows.getInt(6) != 0,
        rows.getLong(7) != 0,
        rows.getLong(8),
        rows.getString(9),
        textOrEmpty(rows.getString(10)));
  }

  private static String textOrEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Tells whether a row still is the visit that it was. */
  boolean holds(Position position) throws SQLException {
    String sql = "SELECT " + family.timeColumn + " FROM " + family.visitTable + " WHERE id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, position.row());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getLong(1) == position.storedTime();
      }
    }
  }
}
