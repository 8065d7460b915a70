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
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.LiveFiles;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three whole nodes, one of which sleeps while another deletes: then it is in no file of any. */
@Timeout(900)
class DeletionIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String HOST = "https://doomed-host.example/";
  private static final List<String> MARKS =
      List.of("doomed-host", "zyzzyvaqx", "zyvaqx", "doomed-path");

  @TempDir Path folder;
  private final List<NodeUnderTest> nodes = new ArrayList<>();
  private final DigestTraces digests = new DigestTraces();
  private DiscoveryService service;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(nodes);
    service.close();
  }

  @Test
  void whatIsDeletedIsInNoFileOfAnyNodeAndNothingBringsItBack() throws Exception {
    NodeUnderTest one = node("one");
    NodeUnderTest two = node("two");
    NodeUnderTest tablet = node("tablet");
    List<Visit> doomed = doomed(2_000);
    two.merge(doomed);
    digests.add("doomed-host.example");
    digests.add(HOST);
    for (Visit visit : doomed) {
      digests.add(visit.url());
      digests.add(visit.title());
    }
    one.merge(Visit.several("a", 1_000));
    until(() -> one.visits().size() == 3_000 && tablet.visits().size() == 3_000);
    until(() -> two.visits().size() == 3_000);
    until(() -> !one.search("zyzzyvaqx").isEmpty());
    assertThat(files()).anyMatch(found -> found.contains("holds doomed-host"));
    // The search index numbers pages by them.
    assertThat(files()).anyMatch(found -> found.contains("holds SHA-256 of"));
    tablet.close();
    nodes.remove(tablet);

    assertThat(one.command("delete --preview --host doomed-host.example"))
        .contains("2,000 visits to 2,000 pages of 1 host");
    assertThat(one.command("delete --yes --host doomed-host.example")).contains("undo 1");
    assertThat(one.command("undo")).contains("2,000 visits brought back");
    until(() -> two.search("zyzzyvaqx").size() > 1);
    assertThat(one.command("delete --yes --now --host doomed-host.example")).contains("final");

    until(() -> deleted(two) == 2_000);
    until(() -> one.command("deletions").contains("2 of 3 devices; "));
    NodeUnderTest again = node("tablet");
    until(() -> deleted(again) == 2_000);
    until(() -> one.command("deletions").contains("3 of 3 devices"));
    for (NodeUnderTest node : nodes) {
      assertThat(node.visits()).isEqualTo(one.visits());
      assertThat(node.search("zyzzyvaqx")).isEmpty();
    }
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(files()).isEmpty());
  }

  private static List<Visit> doomed(int count) {
    List<Visit> visits = new ArrayList<>();
    for (Visit visit : Visit.several("b", count)) {
      visits.add(
          new Visit(
              "b",
              visit.visitId(),
              HOST + "doomed-path/" + visit.visitId(),
              "Zyzzyvaqx " + visit.visitId(),
              visit.visitTimeMillis(),
              visit.lastModifiedMillis(),
              false));
    }
    return visits;
  }

  private static long deleted(NodeUnderTest node) {
    return node.visits().values().stream().filter(Visit::deleted).count();
  }

  /** Returns the files of all nodes that hold something of what is deleted. */
  private List<String> files() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : LiveFiles.under(folder)) {
      byte[] bytes = content(file);
      String content = new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      MARKS.stream()
          .filter(content::contains)
          .forEach(mark -> found.add(folder.relativize(file) + " holds " + mark));
      String digest = digests.in(bytes);
      if (digest != null) {
        found.add(folder.relativize(file) + " holds " + digest);
      }
    }
    return found;
  }

  private static byte[] content(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  private NodeUnderTest node(String name) throws Exception {
    NodeUnderTest node =
        NodeUnderTest.in(folder.resolve(name), MNEMONIC).discovery(service.url()).start();
    nodes.add(node);
    return node;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
  }
}
