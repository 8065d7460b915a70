// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts a process that merges, and kills it.
 *
 * @param contract the class that opens the store
 * @param jvmArguments for the process
 */
record Killing(Class<?> contract, List<String> jvmArguments) {
  /** Returns the number of the last batch whose acknowledgement was seen before the kill. */
  int mergeAndKill(Path folder, Path errors, int afterBatches)
      throws IOException, InterruptedException {
    Process process = MergingProcess.start(contract, jvmArguments, folder, errors);
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      int acknowledged = 0;
      for (int i = 0; i < afterBatches; i++) {
        String line = lines.readLine();
        if (line == null) {
          throw new AssertionError(
              "the process ended before it was killed: " + Files.readString(errors));
        }
        acknowledged = Integer.parseInt(line);
      }
      // Not through the process itself, which would drop what it still said.
      process.toHandle().destroyForcibly();
      return Math.max(acknowledged, lastWhole(lines));
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** What it said until it died counts as well; but the end may be half a number. */
  private static int lastWhole(Reader rest) throws IOException {
    StringWriter said = new StringWriter();
    rest.transferTo(said);
    String[] lines = said.toString().split("\\R", -1);
    return lines.length < 2 ? 0 : Integer.parseInt(lines[lines.length - 2]);
  }
}
