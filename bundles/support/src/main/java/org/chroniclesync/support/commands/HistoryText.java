// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.SearchResults;

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

  static String results(SearchResults results) {
    if (!results.hits().isEmpty()) {
      String hits = String.join("\n", results.hits().stream().map(HistoryText::hit).toList());
      Continuation next = results.continuation();
      return next == null
          ? hits
          : hits + "\nThere are more. Search again with " + Help.MORE_OPTION + " " + next;
    }
    StringBuilder text = new StringBuilder("Nothing found.");
    for (SearchResults.UnknownWord unknown : results.unknownWords()) {
      String near = unknown.near();
      text.append("\nNo page has \"")
          .append(Terminal.safe(unknown.word(), MAX_NAME_CHARS))
          .append(near == null ? "\"." : "\"; did you mean \"")
          .append(near == null ? "" : Terminal.safe(near, MAX_NAME_CHARS) + "\"?");
    }
    return text.toString();
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
    return Times.showMillis(entry.visitTimeMillis())
        + "  "
        + Terminal.safe(browser(entry.device()), MAX_NAME_CHARS)
        + "  "
        + Terminal.safe(entry.title(), MAX_TITLE_CHARS)
        + "  "
        + Terminal.safe(entry.url(), MAX_URL_CHARS);
  }

  private static String browser(Device device) {
    return device.browserName().isEmpty() ? device.id().value() : device.browserName();
  }

  private static String hit(Hit hit) {
    String devices =
        String.join(", ", hit.devices().stream().map(HistoryText::browser).distinct().toList());
    return Times.showMillis(hit.lastVisitMillis())
        + "  "
        + Terminal.safe(hit.title(), MAX_TITLE_CHARS)
        + "  "
        + Terminal.safe(hit.url(), MAX_URL_CHARS)
        + "\n    "
        + (hit.visits() == 1 ? "1 visit" : "%,d visits".formatted(hit.visits()))
        + " on "
        + Terminal.safe(devices, MAX_TITLE_CHARS)
        + (hit.snippet().equals(hit.title())
            ? ""
            : "\n    " + Terminal.safe(hit.snippet(), MAX_SNIPPET_CHARS));
  }
}
