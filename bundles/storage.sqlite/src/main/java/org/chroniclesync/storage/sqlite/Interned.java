// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.FeedId;

/** Gives the values that entries share a number each. Used by the writer alone. */
final class Interned {
  /** A node knows few devices; whoever sends many only makes us look them up again. */
  private static final int MAX_KNOWN = 4_096;

  private final Database database;
  private final Map<Object, Long> known = new HashMap<>();

  Interned(Database database) {
    this.database = database;
  }

  long origin(DeviceId id) throws SQLException {
    Long key = known.get(id);
    return key != null ? key : know(id, key("origin (id)", "id = ?1", "?1", Text.key(id.value())));
  }

  long device(Device device) throws SQLException {
    Long key = known.get(device);
    if (key != null) {
      return key;
    }
    return know(
        device,
        key(
            "device (origin, platform, user_agent, browser_name, browser_version)",
            "(origin, platform, user_agent, browser_name, browser_version) = (?1, ?2, ?3, ?4, ?5)",
            "?1, ?2, ?3, ?4, ?5",
            origin(device.id()),
            Text.column(device.platform()),
            Text.column(device.userAgent()),
            Text.column(device.browserName()),
            Text.column(device.browserVersion())));
  }

  long feed(FeedId id) throws SQLException {
    Long key = known.get(id);
    return key != null ? key : know(id, key("feed (id)", "id = ?1", "?1", Text.column(id.value())));
  }

  /** Forgets all, because a transaction that may have added some was rolled back. */
  void forget() {
    known.clear();
  }

  private long know(Object value, long key) {
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    known.put(value, key);
    return key;
  }

  private long key(String table, String condition, String parameters, Object... values)
      throws SQLException {
    String select =
        "SELECT key FROM " + table.substring(0, table.indexOf(' ')) + " WHERE " + condition;
    try (ResultSet rows = database.bind(select, values).executeQuery()) {
      if (rows.next()) {
        return rows.getLong(1);
      }
    }
    database.update("INSERT INTO " + table + " VALUES (" + parameters + ")", values);
    return database.number("SELECT last_insert_rowid()");
  }
}
