// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** No space left: nothing acknowledged is lost, nothing refused is seen. */
class SqliteFullTest {
  private static final int BATCH = 500;
  private static final int MAX_BATCHES = 200;

  private final Path directory;

  SqliteFullTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void fullFileKeepsWhatWasAcknowledged() throws Exception {
    Stores stores = new Stores(directory);
    int merged;
    try (SqliteHistoryStore store = stores.open(Map.of("maxFileBytes", 2L << 20))) {
      merged = fillUp(store);
      assertThat(HistoryStoreContract.all(store.changes(0))).hasSize(merged * BATCH);
      assertThat(store.mark("merged")).isEqualTo("" + merged);
    }
    try (SqliteHistoryStore store = stores.open()) {
      assertThat(store.state().entries()).isEqualTo((long) merged * BATCH);
      store.merge(batch(merged));
      assertThat(store.state().entries()).isEqualTo((long) (merged + 1) * BATCH);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDiskKeepsWhatWasAcknowledgedAndGoesOnWhenThereIsSpace() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()),
        "only root may mount a small file system");
    try {
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[1 << 20]);
      try (SqliteHistoryStore store = new Stores(disk).open()) {
        int merged = fillUp(store);
        assertThat(HistoryStoreContract.all(store.changes(0))).hasSize(merged * BATCH);
        Files.delete(ballast);
        store.merge(batch(merged));
        List<Change> changes = HistoryStoreContract.all(store.changes(0));
        assertThat(changes).hasSize((merged + 1) * BATCH);
        assertThat(store.mark("merged")).isEqualTo("" + (merged + 1));
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  /** Returns how many batches were acknowledged before there was no space. */
  private static int fillUp(SqliteHistoryStore store) throws Exception {
    store.pauseIndex(true);
    for (int i = 0; i < MAX_BATCHES; i++) {
      try {
        store.merge(batch(i));
      } catch (StorageException e) {
        assertThat(e.kind()).isEqualTo(Kind.FULL);
        int merged = i;
        StorageException again =
            catchThrowableOfType(StorageException.class, () -> store.merge(batch(merged)));
        assertThat(again)
            .extracting(StorageException::kind)
            .as(again.getMessage())
            .isEqualTo(Kind.FULL);
        assertThat(store.state().entries()).isEqualTo((long) merged * BATCH);
        return merged;
      }
    }
    throw new AssertionError("it never got full");
  }

  private static Batch batch(int number) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      entries.add(Samples.realistic(number * BATCH + i));
    }
    return new Batch(entries, null, Map.of("merged", "" + (number + 1)));
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
