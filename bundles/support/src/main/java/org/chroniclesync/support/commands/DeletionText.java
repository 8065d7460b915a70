// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /** What is not there cannot be deleted. */
  static final String NOTHING = "No visit was found; search and history show what there is.";

  private DeletionText() {}

  static String preview(Preview found, Labels labels) {
    if (found.visits() == 0) {
      return NOTHING;
    }
    StringBuilder text =
        new StringBuilder(
            "%s to %s of %s, of %s:"
                .formatted(
                    Counted.of(found.visits(), "visit"),
                    Counted.of(found.pages(), "page"),
                    Counted.of(found.hosts(), "host"),
                    Counted.of(found.devices().size(), "device")));
    Map<DeviceId, String> shown = labels.of(found.devices());
    for (DeviceSummary one : found.devices()) {
      String label = shown.getOrDefault(one.device().id(), "");
      text.append("\n%,12d  ".formatted(one.entries()))
          .append(Terminal.safe(label, MAX_LABEL_CHARS))
          .append(said(one.device(), label));
    }
    return text.toString();
  }

  /** What a device says of itself, as far as the label does not say it. */
  private static String said(Device device, String label) {
    String browser = (device.browserName() + " " + device.browserVersion()).strip();
    String more =
        Stream.of(browser, device.platform())
            .filter(each -> !each.isEmpty() && !label.startsWith(each))
            .collect(Collectors.joining(", "));
    return more.isEmpty() ? "" : " (" + Terminal.safe(more, MAX_NAME_CHARS) + ")";
  }

  static String ended(Deletion one, boolean through) {
    boolean back = one.state() == Deletion.State.UNDOING || one.state() == Deletion.State.UNDONE;
    String done = Counted.of(one.visits(), "visit") + (back ? " brought back" : " deleted");
    if (!through) {
      return done + " so far; it goes on. See deletions.";
    }
    if (!back && one.visits() == 0 && one.state() != Deletion.State.FAILED) {
      return NOTHING;
    }
    if (back || one.visits() == 0) {
      return done + ".";
    }
    return one.undoUntil() == null
        ? done + ". It is final."
        : "%s. Until %s, undo %d brings %s back; then it is final."
            .formatted(
                done, Times.show(one.undoUntil()), one.number(), one.visits() == 1 ? "it" : "them");
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
        new StringBuilder((one.holding().size() + 1) + " of " + Counted.of(devices, "device"));
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
      return standing.isEmpty() ? "" : Counted.of(standing.size(), "deletion") + ", on all devices";
    }
    Deletion oldest = waiting.get(waiting.size() - 1);
    return "%d of %s under way to other devices; %d: %s"
        .formatted(
            waiting.size(),
            Counted.of(standing.size(), "deletion"),
            oldest.number(),
            reach(oldest, labels));
  }

  /** What took nothing is no deletion for a person. */
  static boolean took(Deletion one) {
    return switch (one.state()) {
      case UNDER_WAY, UNDOING, UNDONE, FAILED -> true;
      case UNDOABLE, FINAL -> one.visits() > 0;
    };
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
