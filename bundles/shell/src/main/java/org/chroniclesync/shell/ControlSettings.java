// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.nio.file.Path;
import org.chroniclesync.support.configuration.ConfigurationValues;

/** The configuration of the control socket, checked. */
record ControlSettings(Path path, int maxSessions, int maxLineBytes) {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(ControlSocket.PID);

  static ControlSettings of(ControlSocket.Config config) {
    return new ControlSettings(
        VALUES.path("controlSocket", config.controlSocket(), "the path of a socket to be made"),
        VALUES.wholeNumber("maxSessions", config::maxSessions, 1, 64),
        VALUES.wholeNumber("maxLineBytes", config::maxLineBytes, 1_024, 1_048_576));
  }
}
