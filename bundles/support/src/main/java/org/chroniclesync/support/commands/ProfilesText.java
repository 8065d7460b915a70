// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.importer.ProfileStatus;

/** Profiles of browsers in words. */
final class ProfilesText {
  private static final int MAX_PATH_CHARS = 200;
  private static final int MAX_PROBLEM_CHARS = 400;

  private ProfilesText() {}

  static String profiles(List<ProfileStatus> profiles) {
    if (profiles.isEmpty()) {
      return "No browser profile was found. Name one with start --profile DIR.";
    }
    return String.join("\n", profiles.stream().map(ProfilesText::profile).toList());
  }

  private static String profile(ProfileStatus profile) {
    long skipped = profile.skipped().values().stream().mapToLong(Long::longValue).sum();
    Instant lastRun = profile.lastRun();
    String problem = profile.problem();
    return Terminal.safe(profile.browser().isEmpty() ? "?" : profile.browser(), 32)
        + "  "
        + profile.importedVisits()
        + " visits imported, "
        + skipped
        + " skipped, last read "
        + (lastRun == null ? "never" : Times.show(lastRun))
        + "  "
        + Terminal.safe(profile.path().toString(), MAX_PATH_CHARS)
        + (problem == null ? "" : "\n    " + Terminal.safe(problem, MAX_PROBLEM_CHARS));
  }
}
