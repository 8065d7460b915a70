// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Visibility;

/**
 * What all shown visits of a page say of it.
 *
 * @param title of the newest visit that has one
 * @param visits how many there are
 * @param lastVisitMillis when the newest was
 * @param devices who made them, the one with the newest visit first
 */
record PageFacts(String title, long visits, double lastVisitMillis, List<Device> devices) {
  private static final String VISITS =
      "SELECT e.title, e.visit_time, e.transition, e.device FROM entry e JOIN origin o ON o.key ="
          + " e.origin WHERE e.url = ? AND e.deleted = 0"
          + " ORDER BY e.visit_time DESC, o.id DESC, e.visit DESC";

  static PageFacts of(Database database, String url, Counts counts) throws SQLException {
    String title = "";
    long visits = 0;
    double last = 0;
    Map<DeviceId, Device> devices = new LinkedHashMap<>();
    try (ResultSet row = database.bind(VISITS, Text.column(url)).executeQuery()) {
      while (row.next()) {
        if (Visibility.isShown(EntryRows.text(row, 3))) {
          title = title.isEmpty() ? EntryRows.text(row, 1) : title;
          last = visits == 0 ? row.getDouble(2) : last;
          visits++;
          Device device = database.shared().device(row.getLong(4));
          devices.putIfAbsent(device.id(), device);
        }
      }
    }
    return new PageFacts(title, visits, last, new ArrayList<>(devices.values()));
  }
}
