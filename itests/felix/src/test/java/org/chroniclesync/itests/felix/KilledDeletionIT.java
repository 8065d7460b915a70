// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.LiveFiles;
import org.chroniclesync.itests.harness.NodeProcess;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed by SIGKILL while it deletes, undoes, erases or gets new words. */
@Timeout(900)
class KilledDeletionIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int DOOMED = 20_000;
  private static final String DELETE = "delete --yes --host doomed-host.example";
  private static final Pattern VISITS = Pattern.compile("\"visits\":(\\d+)");

  @TempDir Path folder;
  private DiscoveryService service;
  private int processes;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
    try (NodeUnderTest node = node()) {
      List<Visit> doomed = new ArrayList<>();
      for (Visit visit : Visit.several("b", DOOMED)) {
        doomed.add(
            new Visit(
                "b",
                visit.visitId(),
                "https://doomed-host.example/" + visit.visitId(),
                "Zyzzyvaqx " + visit.visitId(),
                visit.visitTimeMillis(),
                visit.lastModifiedMillis(),
                false));
      }
      node.merge(doomed);
    }
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void whatAKilledDeletionTookCanBeBroughtBack() throws Exception {
    try (NodeProcess process = process()) {
      order(process, DELETE);
      until(() -> isUnderWay(process, "under way"));
    }
    try (NodeUnderTest node = node()) {
      long gone = deleted(node);
      assertThat(gone).isBetween(1L, (long) DOOMED);
      assertThat(node.command("deletions --json"))
          .contains("\"visits\":" + gone)
          .contains("failed", "ended before it was through");
      assertThat(node.command("undo")).contains("brought back");
      assertThat(deleted(node)).isZero();
      assertThat(standing(node)).isEqualTo(DOOMED);
    }
  }

  @Test
  void aKilledUndoingIsDoneAgain() throws Exception {
    try (NodeUnderTest node = node()) {
      assertThat(node.command(DELETE)).contains("undo 1");
      until(() -> deleted(node) == DOOMED);
    }
    try (NodeProcess process = process()) {
      order(process, "undo 1");
      until(() -> isUnderWay(process, "undoing"));
    }
    try (NodeUnderTest node = node()) {
      node.command("undo 1");
      until(() -> deleted(node) == 0);
      assertThat(standing(node)).isEqualTo(DOOMED);
    }
  }

  @Test
  void whatAKilledErasingLeftIsErasedAtTheNextStart() throws Exception {
    try (NodeProcess process = process()) {
      order(process, DELETE + " --now");
      until(() -> isUnderWay(process, "under way"));
      until(() -> visits(process) == DOOMED);
      assertThat(holders()).as("not erased yet").isNotEmpty();
    }
    try (NodeUnderTest node = node()) {
      assertThat(deleted(node)).isEqualTo(DOOMED);
      until(() -> holders().isEmpty());
    }
    assertThat(holders()).isEmpty();
  }

  @Test
  void wordsThatWereBeingRenewedAreTheOldOnesOrTheNew() throws Exception {
    Path words = folder.resolve("node/account/mnemonic");
    for (boolean changed : List.of(false, true)) {
      String before = Files.readString(words);
      try (NodeProcess process = process()) {
        order(process, "renew --yes");
        if (changed) {
          until(() -> !Files.readString(words).equals(before));
        }
      }
      String after = Files.readString(words);
      assertThat(after.strip().split("\\s+")).hasSize(24);
      try (NodeUnderTest node = NodeUnderTest.in(folder.resolve("node"), after.strip()).start()) {
        assertThat(standing(node)).isEqualTo(DOOMED);
        assertThat(node.command("status")).doesNotContain("not well     identity");
      }
      assertThat(Files.readString(words)).isEqualTo(after);
    }
  }

  private NodeUnderTest node() throws Exception {
    return NodeUnderTest.in(folder.resolve("node"), MNEMONIC).start();
  }

  private NodeProcess process() throws Exception {
    NodeProcess process =
        NodeProcess.start(
            folder.resolve("node"),
            MNEMONIC,
            service.url(),
            "other-" + processes++,
            folder.resolve("process.log"));
    until(() -> process.isReady() || !process.isAlive());
    assertThat(process.isAlive()).isTrue();
    return process;
  }

  /** Nobody waits for the answer, which the kill cuts off. */
  private static void order(NodeProcess process, String line) {
    Thread ordering =
        new Thread(
            () -> {
              try {
                process.command(line);
              } catch (IOException e) {
                // The kill came first.
              }
            },
            "ordering");
    ordering.setDaemon(true);
    ordering.start();
  }

  private static boolean isUnderWay(NodeProcess process, String state) throws IOException {
    String all = process.command("deletions --json");
    return all.contains('"' + state + '"') && visits(all) > 0;
  }

  private static long visits(NodeProcess process) throws IOException {
    return visits(process.command("deletions --json"));
  }

  private static long visits(String deletions) {
    Matcher matcher = VISITS.matcher(deletions);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static long deleted(NodeUnderTest node) {
    return node.visits().values().stream().filter(Visit::deleted).count();
  }

  private static long standing(NodeUnderTest node) {
    return node.visits().values().stream()
        .filter(visit -> !visit.deleted() && visit.url().contains("doomed-host"))
        .count();
  }

  /** Returns the files of the node that hold something of what is deleted. */
  private List<String> holders() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : LiveFiles.under(folder.resolve("node"))) {
      if (holds(file)) {
        found.add(file.toString());
      }
    }
    return found;
  }

  private static boolean holds(Path file) throws IOException {
    try {
      String content =
          new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
              .toLowerCase(Locale.ROOT);
      return content.contains("doomed-host") || content.contains("zyzzyvaqx");
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void until(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreException(IOException.class)
        .until(condition);
  }
}
