// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** The real storage in a real framework: what it refuses is said, and it is asked again. */
@Timeout(900)
class StorageStartIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void aStorageThatDoesNotStartSaysWhyAndStartsByItselfOnceItCan() throws Exception {
    Path file = folder.resolve("history.db");
    Path aside = folder.resolve("aside.db");
    try (NodeUnderTest node = NodeUnderTest.in(folder, "abandon ".repeat(23) + "art").start()) {
      node.merge(List.of(Visit.of("a", "one", "Kept")));
      Bundle sqlite = node.bundle("org.chroniclesync.storage.sqlite");
      sqlite.stop();
      Files.move(file, aside);
      Files.createDirectory(file);

      sqlite.start();

      until(() -> cause(node.status()).contains("it is no file"));
      assertThat(node.status().store()).isNull();
      assertThat(node.command("status")).startsWith("not well     storage sqlite does not work");
      Files.delete(file);
      Files.move(aside, file);
      until(() -> node.status().store() != null && cause(node.status()).isEmpty());
      assertThat(node.search("Kept")).hasSize(1);
    }
  }

  private static String cause(NodeStatus status) {
    return status.troubles().stream()
        .filter(part -> part.kind().equals("storage"))
        .map(part -> ((Part.Trouble) part.state()).cause())
        .findFirst()
        .orElse("");
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).until(condition);
  }
}
