// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.support.status.Labels;

/** Deletions in words. */
final class DeletionText {
  private static final int MAX_NAME_CHARS = 40;
  private static final int MAX_LABEL_CHARS = 64;

  private DeletionText() {}

  static String preview(Preview found, Labels labels) {
    if (found.visits() == 0) {
      return "No visit was found; search and history show what there is.";
    }
    StringBuilder text =
        new StringBuilder(
            "%s to %s of %s, of %s:"
                .formatted(
                    count(found.visits(), "visit"),
                    count(found.pages(), "page"),
                    count(found.hosts(), "host"),
                    count(found.devices().size(), "device")));
    Map<DeviceId, String> shown = labels.of(found.devices());
    for (DeviceSummary one : found.devices()) {
      String label = shown.getOrDefault(one.device().id(), "");
      text.append("\n%,12d  ".formatted(one.entries()))
          .append(Terminal.safe(label, MAX_LABEL_CHARS))
          .append(" (")
          .append(name(one.device()))
          .append(')');
    }
    return text.toString();
  }

  private static String name(Device device) {
    String browser = (device.browserName() + " " + device.browserVersion()).strip();
    String said = browser.isEmpty() ? device.id().value() : browser + ", " + device.platform();
    return Terminal.safe(said, MAX_NAME_CHARS);
  }

  private static String count(long number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  static String ended(Deletion one, boolean through) {
    boolean back = one.state() == Deletion.State.UNDOING || one.state() == Deletion.State.UNDONE;
    String done = count(one.visits(), "visit") + (back ? " brought back" : " deleted");
    if (!through) {
      return done + " so far; it goes on. See deletions.";
    }
    if (back || one.visits() == 0) {
      return done + ".";
    }
    return one.undoUntil() == null
        ? done + ". It is final."
        : "%s. Until %s, undo %d brings them back; then it is final."
            .formatted(done, Times.show(one.undoUntil()), one.number());
  }

  static String deletions(List<Deletion> all, Labels labels) {
    if (all.isEmpty()) {
      return "Nothing was deleted on this device.";
    }
    TextTable table = new TextTable("number", "when", "visits", "state", "reached");
    for (Deletion one : all) {
      table.row(
          one.number(),
          Times.show(one.at()),
          "%,d".formatted(one.visits()),
          state(one),
          one.state() == Deletion.State.UNDONE ? "-" : reach(one, labels));
    }
    return table.toString();
  }

  private static String state(Deletion one) {
    String problem = one.problem();
    return switch (one.state()) {
      case UNDER_WAY -> "under way";
      case UNDOABLE ->
          one.undoUntil() == null
              ? "through"
              : "can be undone until " + Times.show(one.undoUntil());
      case UNDOING -> "is being undone";
      case UNDONE -> "undone";
      case FINAL -> "final";
      case FAILED -> "failed: " + Terminal.safe(problem == null ? "" : problem, 200);
    };
  }

  /** Says how far it has got: "3 of 4 devices; tablet not seen since …". */
  static String reach(Deletion one, Labels labels) {
    int devices = one.holding().size() + one.lacking().size() + 1;
    StringBuilder text =
        new StringBuilder((one.holding().size() + 1) + " of " + count(devices, "device"));
    for (KnownDevice device : one.lacking().stream().limit(3).toList()) {
      text.append("; ")
          .append(Terminal.safe(labels.of(device), MAX_NAME_CHARS))
          .append(" not yet, seen last ")
          .append(Times.show(device.lastSeen()));
    }
    if (one.lacking().size() > 3) {
      text.append("; and ").append(one.lacking().size() - 3).append(" more");
    }
    return text.toString();
  }

  /** How many deletions stand and how far they have got, in a line for the status; or empty. */
  static String waiting(List<Deletion> all, Labels labels) {
    List<Deletion> standing = all.stream().filter(DeletionText::stands).toList();
    List<Deletion> waiting =
        standing.stream()
            .filter(one -> one.state() == Deletion.State.UNDER_WAY || !one.lacking().isEmpty())
            .toList();
    if (waiting.isEmpty()) {
      return standing.isEmpty() ? "" : count(standing.size(), "deletion") + ", on all devices";
    }
    Deletion oldest = waiting.get(waiting.size() - 1);
    return "%d of %s under way to other devices; %d: %s"
        .formatted(
            waiting.size(),
            count(standing.size(), "deletion"),
            oldest.number(),
            reach(oldest, labels));
  }

  /** What was taken back, or took nothing, is no deletion for whoever asks how far they are. */
  private static boolean stands(Deletion one) {
    return switch (one.state()) {
      case UNDER_WAY -> true;
      case UNDOING, UNDONE -> false;
      case UNDOABLE, FINAL, FAILED -> one.visits() > 0;
    };
  }
}
