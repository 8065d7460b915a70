// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

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
public final class VisitTable {
  /** Most steps of redirects and frames that are followed back to where a link was. */
  public static final int MAX_HOPS = 32;

  /** How far behind a step of a redirect the browser writes the next. */
  private static final int MAX_ROWS_BETWEEN_HOPS = 100;

  /** A redirect of Firefox, permanent or temporary. */
  private static final Set<Integer> FIREFOX_REDIRECTS = Set.of(5, 6);

  private final Connection connection;
  private final Schema schema;

  private VisitTable(Connection connection, Schema schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /**
   * Finds the columns that are needed; more may be there, and some may be lacking.
   *
   * @throws SQLException if the tables are others, or the unit of the times is not known
   */
  public static VisitTable of(Connection connection, Family family, long nowMillis)
      throws SQLException {
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
    Schema schema =
        Schema.of(
            family,
            columns(connection, family.visitTable),
            columns(connection, family.placeTable),
            columns(connection, Schema.SOURCE_TABLE));
    VisitTable table = new VisitTable(connection, schema);
    table.requireKnownUnit(nowMillis);
    return table;
  }

  /** Returns the columns of a table in lower case; none if there is no table of that name. */
  public static Set<String> columns(Connection connection, String table) throws SQLException {
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

  /** One clock may be wrong, but not that of each of the latest visits. */
  private void requireKnownUnit(long nowMillis) throws SQLException {
    boolean any = false;
    try (PreparedStatement statement = connection.prepareStatement(schema.latestTimes());
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        long stored = rows.getLong(1);
        if (schema.isPlausible(stored, nowMillis)) {
          return;
        }
        any |= stored > 0;
      }
    }
    if (any) {
      throw new SQLException(
          "the times of its visits make no sense in "
              + schema.unit()
              + "; nothing of it is imported");
    }
  }

  /**
   * Returns the visits that follow a row, in the order of their rows.
   *
   * @throws SQLException if they are in another order, which only a damaged file has: the import
   *     would go on from a smaller row, for ever
   */
  public List<Visit> after(long row, int limit) throws SQLException {
    List<Visit> visits = new ArrayList<>();
    long before = row;
    try (PreparedStatement statement = connection.prepareStatement(schema.visits());
        PreparedStatement referrers = connection.prepareStatement(schema.referrer())) {
      Set<Long> redirected = redirected(row, limit);
      statement.setInt(1, Bounds.MAX_URL_CHARS);
      statement.setInt(2, Bounds.MAX_TITLE_CHARS);
      statement.setLong(3, row);
      statement.setInt(4, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Visit visit = visit(rows, redirected, referrers);
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

  /** Returns the latest visits up to a row, in the order of their rows. */
  public List<Visit> upTo(long row, int limit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(schema.rowsBefore())) {
      statement.setLong(1, row);
      statement.setInt(2, limit);
      try (ResultSet rows = statement.executeQuery()) {
        long before = rows.next() ? rows.getLong(1) - 1 : row;
        return after(before, limit).stream().filter(visit -> visit.row() <= row).toList();
      }
    }
  }

  /** Firefox says only of the next visit that a redirect led to it. */
  private Set<Long> redirected(long row, int limit) throws SQLException {
    Set<Long> rows = new HashSet<>();
    if (schema.family() == Family.CHROMIUM) {
      return rows;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT from_visit, visit_type FROM moz_historyvisits WHERE id > ? ORDER BY id"
                + " LIMIT ?")) {
      statement.setLong(1, row);
      statement.setInt(2, limit + MAX_ROWS_BETWEEN_HOPS);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          if (FIREFOX_REDIRECTS.contains(found.getInt(2))) {
            rows.add(found.getLong(1));
          }
        }
      }
    }
    return rows;
  }

  private Visit visit(ResultSet rows, Set<Long> redirected, PreparedStatement referrers)
      throws SQLException {
    long row = rows.getLong(1);
    int kind = rows.getInt(4);
    Way way = way(rows.getLong(3), kind, referrers);
    return new Visit(
        row,
        rows.getLong(2),
        schema.unixMicros(rows.getLong(2)),
        way.referrer(),
        way.kind(),
        rows.getInt(5) != 0 || redirected.contains(row),
        Schema.origin(rows.getInt(6)),
        rows.getLong(7),
        rows.getLong(8),
        rows.getString(9),
        textOrEmpty(rows.getString(10)));
  }

  /**
   * How a visit came about.
   *
   * @param kind the kind of the first step
   */
  private record Way(Visit.@Nullable Referrer referrer, int kind) {}

  /** Goes back over what the browser hides to the page where the link was. */
  private Way way(long fromRow, int kind, PreparedStatement referrers) throws SQLException {
    long row = fromRow;
    int first = kind;
    for (int hops = 0; row > 0 && hops < MAX_HOPS; hops++) {
      referrers.setLong(1, row);
      try (ResultSet found = referrers.executeQuery()) {
        if (!found.next()) {
          break;
        }
        boolean redirected = schema.family() == Family.FIREFOX && FIREFOX_REDIRECTS.contains(first);
        if (!redirected && found.getInt(4) == 0) {
          long micros = schema.unixMicros(found.getLong(1));
          return new Way(micros == 0 ? null : new Visit.Referrer(row, micros), first);
        }
        first = redirected ? found.getInt(3) : first;
        row = found.getLong(2);
      }
    }
    return new Way(null, first);
  }

  private static String textOrEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Tells whether a row still is the visit that it was. */
  public boolean holds(long row, long storedTime) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(schema.timeOf())) {
      statement.setLong(1, row);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getLong(1) == storedTime;
      }
    }
  }

  /** Tells whether a row is the visit of a time, in microseconds since 1970. */
  public boolean holdsAt(long row, long micros) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(schema.timeOf())) {
      statement.setLong(1, row);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && schema.unixMicros(rows.getLong(1)) == micros;
      }
    }
  }
}
