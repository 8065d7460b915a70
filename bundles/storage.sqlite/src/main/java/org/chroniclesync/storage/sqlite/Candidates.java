// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The pages that a question may be about, in the order of their places: from the full-text index,
 * or all pages if there is no word to look up. Reads from all grades at once, from each no more
 * than is asked for.
 */
final class Candidates implements AutoCloseable {
  private static final String FOUND =
      "SELECT s.rowid, p.id, p.visits, p.newest FROM search s CROSS JOIN text t ON t.id = s.rowid"
          + (" & " + (Place.TEXTS - 1))
          + " CROSS JOIN page p ON p.id = t.page WHERE search MATCH ?1 AND s.rowid BETWEEN %d AND"
          + " %d ORDER BY s.rowid";

  private static final String ALL =
      "SELECT p.place, p.id, p.visits, p.newest FROM page p WHERE p.place BETWEEN"
          + " %d AND %d ORDER BY p.place";

  private static final String QUEUED =
      "SELECT 0, p.id, p.visits, p.newest FROM unindexed u CROSS JOIN page p ON p.id = u.page ORDER"
          + " BY u.page DESC LIMIT ?";

  private final List<Grade> grades = new ArrayList<>();

  /** A page. */
  record Candidate(long row, long page, long visits, double newestMillis) {
    static Candidate of(ResultSet row) throws SQLException {
      return new Candidate(row.getLong(1), row.getLong(2), row.getLong(3), row.getDouble(4));
    }
  }

  /** What is left of the pages of one grade. FTS5 has work to do before it yields a first row. */
  static final class Grade {
    private final PreparedStatement asked;
    private @Nullable ResultSet rows;
    private long place;

    private Grade(PreparedStatement asked, long place) {
      this.asked = asked;
      this.place = place;
    }

    private ResultSet rows() throws SQLException {
      ResultSet open = rows == null ? asked.executeQuery() : rows;
      rows = open;
      return open;
    }

    private void close() throws SQLException {
      if (rows != null) {
        rows.close();
      }
    }

    /** The place behind which everything stands that is left. */
    long place() {
      return place;
    }
  }

  private Candidates() {}

  static Candidates of(Database database, @Nullable String expression) throws SQLException {
    Candidates candidates = new Candidates();
    String sql = expression == null ? ALL : FOUND;
    for (int grade = 0; grade < Place.GRADES; grade++) {
      long first = Place.first(grade);
      String range = String.format(Locale.ROOT, sql, first, Place.last(grade));
      PreparedStatement asked =
          expression == null ? database.statement(range) : database.bind(range, expression);
      candidates.grades.add(new Grade(asked, first));
    }
    return candidates;
  }

  /** Returns pages whose texts are not in the index, those that came last. */
  static List<Candidate> queued(Database database, int most) throws SQLException {
    List<Candidate> queued = new ArrayList<>();
    try (ResultSet row = database.bind(QUEUED, most).executeQuery()) {
      while (row.next()) {
        queued.add(Candidate.of(row));
      }
    }
    return queued;
  }

  /** Returns the grades of which something is left. */
  List<Grade> left() {
    return grades;
  }

  /** Returns the next pages of a grade, none if nothing is left of it. */
  List<Candidate> next(Grade grade, int most) throws SQLException {
    List<Candidate> next = new ArrayList<>(most);
    ResultSet rows = grade.rows();
    while (next.size() < most && rows.next()) {
      Candidate candidate = Candidate.of(rows);
      grade.place = candidate.row();
      next.add(candidate);
    }
    if (next.size() < most) {
      end(grade);
    }
    return next;
  }

  /** Nothing of the grade is left that anybody wants. */
  void end(Grade grade) throws SQLException {
    grade.close();
    grades.remove(grade);
  }

  @Override
  public void close() throws SQLException {
    for (Grade grade : grades) {
      grade.close();
    }
  }
}
