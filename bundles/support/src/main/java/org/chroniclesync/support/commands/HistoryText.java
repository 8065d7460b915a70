// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.support.status.Labels;

/** Entries in words. All of their texts come from outside. */
final class HistoryText {
  private static final int MAX_URL_CHARS = 100;
  private static final int MAX_TITLE_CHARS = 80;
  private static final int MAX_SNIPPET_CHARS = 160;
  private static final int MAX_NAME_CHARS = 32;
  private static final int MAX_LABEL_CHARS = 64;

  private HistoryText() {}

  static String entries(List<Entry> entries, Labels labels) {
    if (entries.isEmpty()) {
      return "The history is empty.";
    }
    return String.join("\n", entries.stream().map(entry -> entry(entry, labels)).toList());
  }

  static String results(SearchResults results, Labels labels) {
    if (!results.hits().isEmpty()) {
      String hits =
          String.join("\n", results.hits().stream().map(hit -> hit(hit, labels)).toList());
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

  static String devices(List<DeviceSummary> devices, Labels labels) {
    if (devices.isEmpty()) {
      return "No device has recorded anything yet.";
    }
    Map<DeviceId, String> shown = labels.of(devices);
    TextTable table = new TextTable("visits", "device", "browser", "profile", "computer");
    for (DeviceSummary one : devices) {
      Device device = one.device();
      DeviceName name = labels.name(device.id());
      table.row(
          one.entries(),
          Terminal.safe(shown.getOrDefault(device.id(), ""), MAX_LABEL_CHARS),
          Terminal.safe(device.browserName() + " " + device.browserVersion(), MAX_NAME_CHARS),
          Terminal.safe(name.profile(), MAX_NAME_CHARS),
          Terminal.safe(computer(name, device), MAX_NAME_CHARS));
    }
    return table.toString();
  }

  private static String computer(DeviceName name, Device device) {
    return name.computer().isEmpty()
        ? device.platform()
        : name.computer() + ", " + device.platform();
  }

  static String entry(Entry entry, Labels labels) {
    return Times.showMillis(entry.visitTimeMillis())
        + "  "
        + Terminal.safe(labels.of(entry.device()), MAX_NAME_CHARS)
        + "  "
        + Terminal.safe(entry.title(), MAX_TITLE_CHARS)
        + "  "
        + Terminal.safe(entry.url(), MAX_URL_CHARS);
  }

  private static String hit(Hit hit, Labels labels) {
    String devices = String.join(", ", hit.devices().stream().map(labels::of).distinct().toList());
    return Times.showMillis(hit.lastVisitMillis())
        + "  "
        + Terminal.safe(hit.title(), MAX_TITLE_CHARS)
        + "  "
        + Terminal.safe(hit.url(), MAX_URL_CHARS)
        + "\n    "
        + Counted.of(hit.visits(), "visit")
        + " on "
        + Terminal.safe(devices, MAX_TITLE_CHARS)
        + (hit.snippet().equals(hit.title())
            ? ""
            : "\n    " + Terminal.safe(hit.snippet(), MAX_SNIPPET_CHARS));
  }
}
