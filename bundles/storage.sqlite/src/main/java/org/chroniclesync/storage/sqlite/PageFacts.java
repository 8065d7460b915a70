// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.jspecify.annotations.Nullable;

/** What all shown visits of a page say of it. */
final class PageFacts {
  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparingDouble(Entry::visitTimeMillis).thenComparing(Entry::id);

  private static final String FACES =
      "SELECT f.text, f.device, f.visits, f.newest, length(e.title) FROM text t CROSS JOIN face f"
          + " ON f.text = t.id CROSS JOIN entry e ON e.position = f.position WHERE t.page = ?";

  private static final String NEWEST =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM page_visit v CROSS JOIN entry e ON e.position = v.position JOIN origin o ON"
          + " o.key = e.origin WHERE v.text = ? AND v.device = ? AND v.visit_time = ?"
          + " ORDER BY o.id DESC, e.visit DESC LIMIT 1";

  private final Database database;
  private final Map<DeviceId, Entry> newest = new HashMap<>();
  private @Nullable Entry titled;
  private long visits;

  /** The visits with one text by one device. */
  private record Face(long text, long device, long visits, double newestMillis, boolean titled) {}

  private PageFacts(Database database) {
    this.database = database;
  }

  /**
   * Reads what is known of a page.
   *
   * @param page its number; null if none of its visits is listed
   * @param tail its visits that are not listed
   */
  static PageFacts of(Database database, @Nullable Long page, List<Entry> tail)
      throws SQLException {
    PageFacts facts = new PageFacts(database);
    if (page != null) {
      facts.load(page);
    }
    for (Entry entry : tail) {
      facts.visits++;
      facts.see(entry);
    }
    return facts;
  }

  private void load(long page) throws SQLException {
    List<Face> faces = faces(page);
    Map<DeviceId, Double> newestAt = new HashMap<>();
    double titledAt = -Double.MAX_VALUE;
    for (Face face : faces) {
      visits += face.visits();
      newestAt.merge(device(face), face.newestMillis(), Math::max);
      titledAt = face.titled() ? Math.max(titledAt, face.newestMillis()) : titledAt;
    }
    // Of faces of the same moment the entries themselves must tell which is newer.
    for (Face face : faces) {
      boolean isNewest = newestAt.getOrDefault(device(face), 0.0) == face.newestMillis();
      if (isNewest || (face.titled() && face.newestMillis() == titledAt)) {
        see(newest(face));
      }
    }
  }

  private List<Face> faces(long page) throws SQLException {
    List<Face> faces = new ArrayList<>();
    try (ResultSet row = database.bind(FACES, page).executeQuery()) {
      while (row.next()) {
        faces.add(
            new Face(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getDouble(4),
                row.getLong(5) > 0));
      }
    }
    return faces;
  }

  private DeviceId device(Face face) throws SQLException {
    return database.shared().device(face.device()).id();
  }

  private Entry newest(Face face) throws SQLException {
    try (ResultSet row =
        database.bind(NEWEST, face.text(), face.device(), face.newestMillis()).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the list of pages refers to a visit that is missing");
      }
      return EntryRows.entry(database, row);
    }
  }

  private void see(Entry entry) {
    newest.merge(entry.device().id(), entry, PageFacts::newer);
    if (!entry.title().isEmpty()) {
      titled = titled == null ? entry : newer(titled, entry);
    }
  }

  private static Entry newer(Entry one, Entry other) {
    return OLDEST_FIRST.compare(one, other) > 0 ? one : other;
  }

  /** Of the newest visit that has one; empty if none has. */
  String title() {
    return titled == null ? "" : titled.title();
  }

  long visits() {
    return visits;
  }

  double lastVisitMillis() {
    return newest.values().stream().mapToDouble(Entry::visitTimeMillis).max().orElse(0);
  }

  /** The one with the newest visit first, each as in its newest visit. */
  List<Device> devices() {
    return newest.values().stream().sorted(OLDEST_FIRST.reversed()).map(Entry::device).toList();
  }
}
