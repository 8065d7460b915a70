// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;

/** Profiles of browsers in words. */
final class ProfilesText {
  private static final int MAX_PATH_CHARS = 200;
  private static final int MAX_PROBLEM_CHARS = 400;

  private ProfilesText() {}

  /** All profiles in one line. */
  static String sentence(List<ProfileStatus> profiles) {
    if (profiles.isEmpty()) {
      return "no profile found; name one with start --profile DIR";
    }
    List<ProfileStatus> read = profiles.stream().filter(one -> one.deviceId() != null).toList();
    String names =
        read.stream().map(ProfileStatus::browser).distinct().collect(Collectors.joining(", "));
    long imported = read.stream().mapToLong(ProfileStatus::importedVisits).sum();
    long troubled = profiles.stream().filter(profile -> profile.problem() != null).count();
    String unread = "%d not read, see profiles".formatted(troubled);
    if (read.isEmpty()) {
      return unread;
    }
    return "%s: %s imported from %s"
            .formatted(
                Terminal.safe(names, MAX_PATH_CHARS),
                Counted.of(imported, "visit"),
                Counted.of(read.size(), "profile"))
        + (troubled == 0 ? "" : "; " + unread);
  }

  static String profiles(List<ProfileStatus> profiles) {
    if (profiles.isEmpty()) {
      return "No browser profile was found. Name one with start --profile DIR.";
    }
    return String.join("\n", profiles.stream().map(ProfilesText::profile).toList());
  }

  static String skipped(Map<SkipReason, Long> counts) {
    String reasons =
        Stream.of(SkipReason.values())
            .filter(reason -> counts.getOrDefault(reason, 0L) > 0)
            .map(reason -> "%,d %s".formatted(counts.get(reason), words(reason)))
            .collect(Collectors.joining(", "));
    return reasons.isEmpty() ? "" : "\n    left out: " + reasons;
  }

  private static String words(SkipReason reason) {
    return switch (reason) {
      case SCHEME -> "not of the web (includeSchemes)";
      case EXCLUDED -> "excluded by your rules";
      case URL_TOO_LONG -> "with too long an address";
      case BAD_TIME -> "without a time";
      case OTHER_DEVICE -> "from your other devices";
      case MALFORMED -> "without an address";
      case HIDDEN -> "of frames and redirects";
      case FUTURE -> "from the future";
      case KNOWN -> "known already";
      case DELETED -> "deleted by you elsewhere";
      case PAUSED -> "made in a pause";
    };
  }

  private static String profile(ProfileStatus profile) {
    Instant lastRun = profile.lastRun();
    String problem = profile.problem();
    if (profile.deviceId() == null && problem != null) {
      return "not read  "
          + Terminal.safe(profile.path().toString(), MAX_PATH_CHARS)
          + "\n    "
          + Terminal.safe(problem, MAX_PROBLEM_CHARS);
    }
    return Terminal.safe(profile.browser().isEmpty() ? "?" : profile.browser(), 32)
        + "  "
        + Counted.of(profile.importedVisits(), "visit")
        + " imported, last read "
        + (lastRun == null ? "never" : Times.show(lastRun))
        + "  "
        + Terminal.safe(profile.path().toString(), MAX_PATH_CHARS)
        + skipped(profile.skipped())
        + (problem == null ? "" : "\n    " + Terminal.safe(problem, MAX_PROBLEM_CHARS))
        + (profile.vanished() == 0 ? "" : vanished(profile));
  }

  private static String vanished(ProfileStatus profile) {
    String path = Terminal.safe(profile.path().toString(), MAX_PATH_CHARS);
    String quoted = path.contains(" ") ? '"' + path + '"' : path;
    return "\n    %,d visits are not in the browser any more; they stay until you say otherwise:"
            .formatted(profile.vanished())
        + "\n      profiles vanished delete "
        + quoted
        + "    deletes them on all devices"
        + "\n      profiles vanished keep "
        + quoted
        + "    keeps them for good";
  }
}
