// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** The commands about pauses of the import. */
public final class PauseCommands {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,6}) ?(s|m|min|h|d)");

  private PauseCommands() {}

  /**
   * Begins a pause.
   *
   * @throws IllegalArgumentException if the length is none
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String pause(@Nullable Pause pause, boolean forget, String length)
      throws StorageException, InterruptedException {
    Instant until = running(pause).begin(length(length), forget);
    return "Nothing is imported from the browsers until "
        + Times.show(until)
        + (forget
            ? ", and what is visited until then never will be."
            : "; then what was visited meanwhile is.")
        + " resume ends the pause.";
  }

  /**
   * Ends a pause.
   *
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String resume(@Nullable Pause pause) throws StorageException, InterruptedException {
    return running(pause).end() ? "The import goes on." : "There is no pause.";
  }

  private static Duration length(String text) {
    Matcher matcher = LENGTH.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Say how long as a number and s, m, h or d, such as 30m, 2h or 1d.");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> Duration.ofMinutes(count);
    };
  }

  private static Pause running(@Nullable Pause pause) {
    if (pause == null) {
      throw new IllegalStateException(
          "Pauses are not there: start the bundle org.chroniclesync.account.");
    }
    return pause;
  }
}
