// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.storage.support.Address;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Words;
import org.chroniclesync.api.storage.support.Words.Word;

/**
 * Puts the texts of pages into the full-text index, in their places, and takes out those that are
 * gone. FTS5 takes rows at a fair price only in the order of their numbers.
 */
final class Index {
  /**
   * Nearly each address begins with one of these, so they would tell no page from another, and cost
   * as much as half of the other words.
   */
  private static final List<String> SCHEMES = List.of("http", "https");

  /**
   * So many rows are overwritten in a step: each takes some tenths of a millisecond, and a merge
   * waits for all.
   */
  private static final int MOST_OVERWRITTEN = 50;

  private static final String DELETE =
      "INSERT INTO search (search, rowid, title, url, summary) VALUES ('delete', ?, ?, ?, ?)";
  private static final String INSERT =
      "INSERT INTO search (rowid, title, url, summary) VALUES (?, ?, ?, ?)";

  private static final String QUEUE =
      "SELECT p.id, p.visits, p.newest, p.place FROM unindexed u CROSS JOIN page p ON p.id ="
          + " u.page ORDER BY u.page DESC LIMIT ?";

  private static final String TEXTS =
      "SELECT t.id, t.indexed, e.title, e.url, e.summary FROM text t CROSS JOIN entry e ON"
          + " e.position = (SELECT f.position FROM face f WHERE f.text = t.id LIMIT 1) WHERE"
          + " t.page = ?";

  private final Writer writer;
  private final Database database;
  private final List<Row> deleted = new ArrayList<>();
  private final List<Row> inserted = new ArrayList<>();

  /** A row of the index, its columns folded. */
  private record Row(long number, String title, String url, String summary)
      implements Comparable<Row> {
    static Row of(long number, String title, String url, String summary) {
      return new Row(
          number,
          folded(Words.in(title)),
          folded(ofAddress(url)) + Sites.of(url),
          folded(Words.in(summary)));
    }

    @Override
    public int compareTo(Row other) {
      return Long.compare(number, other.number);
    }
  }

  /** How many texts came or went, and whether nothing is left. */
  record Done(int texts, boolean all) {}

  /** How many pages wait for the index, and how many there are at most. */
  record Queue(long waiting, long all) {}

  private record Page(long id, long visits, double newestMillis, long place, boolean placed) {}

  private Index(Writer writer) {
    this.writer = writer;
    this.database = writer.database();
  }

  /** The scheme that an address begins with is left out. */
  private static List<Word> ofAddress(String url) {
    List<Word> words = Words.in(Address.searchable(url));
    return !words.isEmpty() && isScheme(words.get(0).folded())
        ? words.subList(1, words.size())
        : words;
  }

  static boolean isScheme(String word) {
    return SCHEMES.contains(word);
  }

  /** Tells whether some scheme that is left out begins so. */
  static boolean beginsScheme(String word) {
    return SCHEMES.stream().anyMatch(scheme -> scheme.startsWith(word));
  }

  /**
   * Brings the index nearer to what is listed.
   *
   * @param purging what takes out very many
   * @param most how many texts
   * @param yields whether to end when a merge comes
   * @return what was done
   */
  static Done makeSome(Writer writer, Purging purging, int most, boolean yields)
      throws SQLException {
    Database database = writer.database();
    Index out = new Index(writer);
    if (purging.isUnderWay(database)) {
      if (!purging.takesOut() || out.takeOut(most, false)) {
        purging.step(database);
      }
      return new Done(out.deleted.size(), false);
    }
    if (purging.begin(database) || !out.takeOut(MOST_OVERWRITTEN, true)) {
      return new Done(out.deleted.size(), false);
    }
    Index in = new Index(writer);
    boolean all = in.put(most, yields);
    return new Done(out.deleted.size() + in.inserted.size(), all);
  }

  static Queue queue(Database database) throws SQLException {
    String sql = "SELECT (SELECT count(*) FROM unindexed), (SELECT max(id) FROM page)";
    try (ResultSet row = database.statement(sql).executeQuery()) {
      return row.next() ? new Queue(row.getLong(1), row.getLong(2)) : new Queue(0, 0);
    }
  }

  /**
   * Takes out what is gone. Returns whether nothing is left.
   *
   * @param overwrites whether its words are overwritten at once
   */
  private boolean takeOut(int most, boolean overwrites) throws SQLException {
    long last = 0;
    try (ResultSet row =
        database
            .bind("SELECT row, title, url, summary FROM gone ORDER BY row LIMIT ?", most)
            .executeQuery()) {
      while (row.next()) {
        last = row.getLong(1);
        deleted.add(
            Row.of(last, EntryRows.text(row, 2), EntryRows.text(row, 3), EntryRows.text(row, 4)));
      }
    }
    if (!deleted.isEmpty()) {
      write(DELETE, deleted);
      if (overwrites) {
        dropUnused();
      }
      database.update("DELETE FROM gone WHERE row <= ?", last);
    }
    return deleted.size() < most;
  }

  private boolean put(int most, boolean yields) throws SQLException {
    List<Page> pages = new ArrayList<>();
    try (ResultSet row = database.bind(QUEUE, most).executeQuery()) {
      while (row.next()) {
        long place = row.getLong(4);
        boolean placed = !row.wasNull();
        pages.add(new Page(row.getLong(1), row.getLong(2), row.getDouble(3), place, placed));
      }
    }
    int done = 0;
    while (done < pages.size()
        && inserted.size() < most
        && deleted.size() < MOST_OVERWRITTEN
        && !(yields && writer.isAwaited())) {
      put(pages.get(done++));
    }
    write(DELETE, deleted);
    write(INSERT, inserted);
    keepWords();
    return done == pages.size() && pages.size() < most;
  }

  private void put(Page page) throws SQLException {
    boolean moves =
        !page.placed() || Place.isLate(page.place(), page.visits(), page.newestMillis());
    long place = moves ? Place.of(page.visits(), page.newestMillis()) : page.place();
    try (ResultSet row = database.bind(TEXTS, page.id()).executeQuery()) {
      while (row.next()) {
        long text = row.getLong(1);
        boolean indexed = row.getInt(2) == 1;
        if (moves || !indexed) {
          Row put =
              Row.of(
                  place | text,
                  EntryRows.text(row, 3),
                  EntryRows.text(row, 4),
                  EntryRows.text(row, 5));
          inserted.add(put);
          if (indexed) {
            deleted.add(new Row(page.place() | text, put.title(), put.url(), put.summary()));
          }
        }
      }
    }
    if (moves) {
      database.update("UPDATE page SET place = ? WHERE id = ?", place, page.id());
    }
    database.update("UPDATE text SET indexed = 1 WHERE page = ? AND indexed = 0", page.id());
    database.update("DELETE FROM unindexed WHERE page = ?", page.id());
  }

  private static Set<String> words(List<Row> rows) {
    Set<String> words = new HashSet<>();
    for (Row row : rows) {
      for (String column : List.of(row.title(), row.url(), row.summary())) {
        words.addAll(List.of(column.split(" ")));
      }
    }
    words.removeIf(word -> !isListed(word));
    return words;
  }

  /** Tells whether what the index holds is a word that somebody may have meant. */
  static boolean isListed(String word) {
    return !word.isEmpty() && !word.equals(Query.GAP) && !Sites.isSite(word);
  }

  private void keepWords() throws SQLException {
    PreparedStatement keep = database.statement("INSERT OR IGNORE INTO word VALUES (?)");
    for (String word : words(inserted)) {
      keep.setString(1, word);
      keep.executeUpdate();
    }
  }

  private void dropUnused() throws SQLException {
    for (String word : words(deleted)) {
      database.update(
          "DELETE FROM word WHERE word = ?1 AND NOT EXISTS (SELECT 1 FROM search WHERE search MATCH"
              + " ?2)",
          word,
          '"' + word + '"');
    }
  }

  private void write(String sql, List<Row> rows) throws SQLException {
    PreparedStatement statement = database.statement(sql);
    for (Row row : rows.stream().sorted().toList()) {
      statement.setLong(1, row.number());
      statement.setString(2, row.title());
      statement.setString(3, row.url());
      statement.setString(4, row.summary());
      statement.executeUpdate();
    }
  }

  private static String folded(List<Word> words) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      if (i > 0 && word.single() && words.get(i - 1).single()) {
        line.append(words.get(i - 1).adjoins(word) ? "" : Query.GAP + " ");
      }
      line.append(word.folded()).append(' ');
    }
    return line.toString();
  }
}
