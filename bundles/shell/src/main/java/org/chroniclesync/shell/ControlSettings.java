// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.nio.file.Path;

/** The configuration of the control socket, checked. */
record ControlSettings(Path path, int maxSessions, int maxLineBytes) {
  ControlSettings {
    between("maxSessions", maxSessions, 1, 64);
    between("maxLineBytes", maxLineBytes, 1_024, 1_048_576);
  }

  static ControlSettings of(ControlSocket.Config config) {
    String path = config.controlSocket();
    if (path == null || path.isBlank()) {
      throw new IllegalArgumentException(
          ControlSocket.PID + ": controlSocket is missing; give the path of a file to be made");
    }
    return new ControlSettings(Path.of(path), config.maxSessions(), config.maxLineBytes());
  }

  private static void between(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          ControlSocket.PID
              + ": "
              + key
              + " is "
              + value
              + "; allowed is "
              + least
              + " to "
              + most);
    }
  }
}
