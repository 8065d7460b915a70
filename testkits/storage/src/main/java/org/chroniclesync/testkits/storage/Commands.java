// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.util.Arrays;

/** Programs of the system. */
final class Commands {
  private Commands() {}

  static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  /** Returns whether the program is there and succeeded; what it says is dropped. */
  static boolean run(Object... command) {
    try {
      return new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
