// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The browser of whoever sits at this computer, if somebody does. */
final class Browser {
  private Browser() {}

  /** Opens an address where there is a display; without one, the person opens it. */
  static void open(String address) {
    List<String> opener = opener(System.getProperty("os.name", ""), display());
    if (opener.isEmpty()) {
      return;
    }
    List<String> line = new java.util.ArrayList<>(opener);
    line.add(address);
    try {
      new ProcessBuilder(line)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // The address was printed.
      return;
    }
  }

  private static @Nullable String display() {
    String wayland = System.getenv("WAYLAND_DISPLAY");
    return wayland == null ? System.getenv("DISPLAY") : wayland;
  }

  /** The words of the command that opens an address; none if nobody would see it. */
  static List<String> opener(String system, @Nullable String display) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return List.of("open");
    }
    if (name.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler");
    }
    return display == null || display.isBlank() ? List.of() : List.of("xdg-open");
  }
}
