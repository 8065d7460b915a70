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

/**
 * The values that entries share, by the numbers that {@link Interned} gave them. A committed number
 * keeps its value for ever, so each connection reads it once; joining took half of the time of a
 * read.
 */
final class Shared {
  private static final int MAX_KNOWN = 4_096;

  private static final String DEVICE =
      "SELECT o.id, d.platform, d.user_agent, d.browser_name, d.browser_version FROM device d"
          + " JOIN origin o ON o.key = d.origin WHERE d.key = ?";
  private static final String FEED = "SELECT id FROM feed WHERE key = ?";

  private final Database database;
  private final Map<Long, Device> devices = new HashMap<>();
  private final Map<Long, FeedId> feeds = new HashMap<>();

  Shared(Database database) {
    this.database = database;
  }

  Device device(long key) throws SQLException {
    Device known = devices.get(key);
    if (known != null) {
      return known;
    }
    try (ResultSet row = database.bind(DEVICE, key).executeQuery()) {
      return know(devices, key, device(found(row), 1));
    }
  }

  FeedId feed(long key) throws SQLException {
    FeedId known = feeds.get(key);
    if (known != null) {
      return known;
    }
    try (ResultSet row = database.bind(FEED, key).executeQuery()) {
      return know(feeds, key, new FeedId(EntryRows.text(found(row), 1)));
    }
  }

  private static ResultSet found(ResultSet row) throws SQLException {
    if (!row.next()) {
      throw new SQLException("an entry refers to a row that is missing");
    }
    return row;
  }

  private static <V> V know(Map<Long, V> known, long key, V value) {
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    known.put(key, value);
    return value;
  }

  /** Forgets all, because a transaction that may have given out numbers was rolled back. */
  void forget() {
    devices.clear();
    feeds.clear();
  }

  static Device device(ResultSet row, int column) throws SQLException {
    return new Device(
        new DeviceId(Text.fromKey(row.getBytes(column))),
        EntryRows.text(row, column + 1),
        EntryRows.text(row, column + 2),
        EntryRows.text(row, column + 3),
        EntryRows.text(row, column + 4));
  }
}
