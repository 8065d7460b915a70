// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;

/** Entries in words. All of their texts come from outside. */
final class HistoryText {
  private static final int MAX_URL_CHARS = 100;
  private static final int MAX_TITLE_CHARS = 80;
  private static final int MAX_SNIPPET_CHARS = 160;
  private static final int MAX_NAME_CHARS = 32;

  private HistoryText() {}

  static String entries(List<Entry> entries) {
    if (entries.isEmpty()) {
      return "The history is empty.";
    }
    return String.join("\n", entries.stream().map(HistoryText::entry).toList());
  }

  static String hits(List<Hit> hits) {
    if (hits.isEmpty()) {
      return "Nothing found.";
    }
    return String.join("\n", hits.stream().map(HistoryText::hit).toList());
  }

  static String devices(List<DeviceSummary> devices) {
    if (devices.isEmpty()) {
      return "No device has recorded anything yet.";
    }
    TextTable table = new TextTable("entries", "device", "browser", "platform");
    for (DeviceSummary one : devices) {
      Device device = one.device();
      table.row(
          one.entries(),
          Terminal.safe(device.id().value(), MAX_NAME_CHARS),
          Terminal.safe(device.browserName() + " " + device.browserVersion(), MAX_NAME_CHARS),
          Terminal.safe(device.platform(), MAX_NAME_CHARS));
    }
    return table.toString();
  }

  private static String entry(Entry entry) {
    String browser = entry.device().browserName();
    return Times.showMillis(entry.visitTimeMillis())
        + "  "
        + Terminal.safe(browser.isEmpty() ? entry.device().id().value() : browser, MAX_NAME_CHARS)
        + "  "
        + Terminal.safe(entry.title(), MAX_TITLE_CHARS)
        + "  "
        + Terminal.safe(entry.url(), MAX_URL_CHARS);
  }

  private static String hit(Hit hit) {
    return entry(hit.entry()) + "\n    " + Terminal.safe(hit.snippet(), MAX_SNIPPET_CHARS);
  }
}
