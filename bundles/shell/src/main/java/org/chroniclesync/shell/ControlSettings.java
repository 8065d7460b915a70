// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The configuration of the control socket, checked. */
record ControlSettings(Path path, int maxSessions, int maxLineBytes) {
  private static final int MAX_SESSIONS = 64;
  private static final int MIN_LINE_BYTES = 1_024;
  private static final int MAX_LINE_BYTES = 1_048_576;

  ControlSettings {
    between("maxSessions", maxSessions, 1, MAX_SESSIONS);
    between("maxLineBytes", maxLineBytes, MIN_LINE_BYTES, MAX_LINE_BYTES);
  }

  static ControlSettings of(ControlSocket.Config config) {
    return new ControlSettings(
        path(config.controlSocket()),
        number("maxSessions", config::maxSessions, 1, MAX_SESSIONS),
        number("maxLineBytes", config::maxLineBytes, MIN_LINE_BYTES, MAX_LINE_BYTES));
  }

  private static Path path(@Nullable String path) {
    if (path == null || path.isBlank()) {
      throw new IllegalArgumentException(
          ControlSocket.PID + ": controlSocket is missing; give the path of a file to be made");
    }
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          ControlSocket.PID + ": controlSocket is \"" + path + "\", which is no path", e);
    }
  }

  private static int number(String key, IntSupplier value, int least, int most) {
    try {
      return value.getAsInt();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          sentence(key, "no whole number (" + e.getMessage() + ")", least, most), e);
    }
  }

  private static void between(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(sentence(key, Integer.toString(value), least, most));
    }
  }

  private static String sentence(String key, String value, int least, int most) {
    return "%s: %s is %s; allowed is %d to %d"
        .formatted(ControlSocket.PID, key, value, least, most);
  }
}
