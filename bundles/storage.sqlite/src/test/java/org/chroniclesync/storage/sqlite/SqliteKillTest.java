// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that merges, at any moment, and looks what is there. */
class SqliteKillTest {
  private static final int KILLS = 5;

  private final Path directory;

  SqliteKillTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void everythingAcknowledgedSurvivesSigkill() throws Exception {
    Random random = new Random();
    String feed = "";
    for (int kill = 0; kill < KILLS; kill++) {
      int acknowledged = mergeAndKill(1 + random.nextInt(60));
      try (SqliteHistoryStore store = new Stores(directory).open(Map.of("checkOnStart", true))) {
        String mark = store.mark("acknowledged");
        int stored = mark == null ? 0 : Integer.parseInt(mark);
        assertThat(stored).isGreaterThanOrEqualTo(acknowledged);
        Set<String> visits = new HashSet<>();
        for (Change change : HistoryStoreContract.all(store.changes(0))) {
          visits.add(change.entry().visitId());
        }
        assertThat(visits).hasSize(stored * MergingProcess.BATCH);
        assertThat(store.state().entries()).isEqualTo(visits.size());
        assertThat(store.search(new Search("example", 7))).hasSize(7);
        if (kill > 0) {
          assertThat(store.state().feed().value()).isEqualTo(feed);
        }
        feed = store.state().feed().value();
      }
    }
  }

  /** Returns the last batch whose acknowledgement was seen. */
  private int mergeAndKill(int afterBatches) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                MergingProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int acknowledged = 0;
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (int i = 0; i < afterBatches; i++) {
        String line = lines.readLine();
        assertThat(line).as("the process must go on until it is killed").isNotNull();
        acknowledged = Integer.parseInt(line);
      }
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> new Stores(directory).open());
      assertThat(refused).hasMessageContaining("in use by another node");
      // Not through the process itself, which would drop what it still said.
      process.toHandle().destroyForcibly();
      // That counts as well; the last line may be half a number.
      String previous = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = previous == null ? acknowledged : Integer.parseInt(previous);
        previous = line;
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    return acknowledged;
  }
}
