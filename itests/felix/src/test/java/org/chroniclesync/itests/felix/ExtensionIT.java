// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.api.sync.StorageStatus.Role;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Parts that others wrote are installed into a node that runs and syncs, and taken out again. */
@Timeout(900)
class ExtensionIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String EXAMPLES = "org.chroniclesync.examples.";
  private static final Path BUNDLES = Path.of(System.getProperty("chroniclesync.bundles"));
  private static final Path GENERATED =
      BUNDLES.resolve("../../../../archetypes/storage/target/test-classes/projects/basic/project");
  private static final String[] TYPES = {"note-hello", "note", "note-kept"};
  private static final String NOTE = "{\"id\":\"first\",\"text\":\"Milk is out\"}";

  @TempDir Path folder;
  private DiscoveryService service;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void theExampleStorageTakesOverAndGivesBack() throws Exception {
    takesOverAndGivesBack(BUNDLES.resolve(EXAMPLES + "storage.jar"), EXAMPLES + "storage");
  }

  @Test
  void aStorageOutOfTheArchetypeTakesOverAndGivesBack() throws Exception {
    assumeTrue(Files.isDirectory(GENERATED), "the archetype's own test did not run before");
    takesOverAndGivesBack(generated(), "org.example.shelf");
  }

  private void takesOverAndGivesBack(Path jar, String pid) throws Exception {
    try (NodeUnderTest one = node("one").start();
        NodeUnderTest two = node("two").start()) {
      one.merge(Visit.several("a", 1_000));
      two.merge(Visit.several("b", 1_000));
      untilBothHave(2_000, one, two);
      one.configure(
          pid, Map.of("file", folder.resolve("journal").toString(), "service.ranking", 10));

      Map<String, String> held = two.marks();
      Bundle journal = one.install(jar);

      StorageStatus inUse = new StorageStatus("journal", true, new Role.InUse("sqlite"));
      StorageStatus behind = new StorageStatus("sqlite", true, new Role.StandingBy(0));
      until(() -> one.storages().equals(List.of(inUse, behind)));
      // What is recorded while the two compare may go twice: by the feed, and as a difference.
      until(() -> !two.marks().equals(held));
      untilBothHave(2_000, one, two);
      one.merge(Visit.several("a-later", 100));
      two.merge(Visit.several("b-later", 100));
      untilBothHave(2_200, one, two);

      Map<String, String> marks = shared(one.marks());
      journal.stop();
      sqliteHasAll(2_200, marks, one, two);

      journal.start();
      until(() -> one.storages().equals(List.of(inUse, behind)));
      two.merge(List.of(Visit.of("b", "last", "While the journal is in use again")));
      untilBothHave(2_202, one, two);
      marks = shared(one.marks());
      journal.uninstall();
      sqliteHasAll(2_202, marks, one, two);
    }
  }

  /** It is in use alone, lacks nothing, and has the node ask its peer for nothing again. */
  private static void sqliteHasAll(
      int visits, Map<String, String> marks, NodeUnderTest one, NodeUnderTest two) {
    assertThat(one.storages())
        .containsExactly(new StorageStatus("sqlite", true, new Role.InUse("journal")));
    assertThat(one.visits()).hasSize(visits).isEqualTo(two.visits());
    assertThat(marks).isNotEmpty();
    assertThat(one.marks()).containsAllEntriesOf(marks);
    two.merge(List.of(Visit.of("b", "after-" + visits, "While SQLite is in use")));
    untilBothHave(visits + 1, one, two);
    long ofTwo = two.visits().values().stream().filter(ExtensionIT::isOfTwo).count();
    assertThat(one.peers().get(two.self()).entriesIn()).isEqualTo(ofTwo);
  }

  private static boolean isOfTwo(Visit visit) {
    return visit.device().startsWith("b");
  }

  /** Without those that are about one store alone. */
  private static Map<String, String> shared(Map<String, String> marks) {
    Map<String, String> shared = new TreeMap<>(marks);
    shared.keySet().removeIf(name -> name.startsWith("own/") || name.startsWith("copied/"));
    return shared;
  }

  @Test
  void aMessageTypeOfOnesOwnIsHandledFromTheInstallationOn() throws Exception {
    try (NodeUnderTest one = node("one").start();
        NodeUnderTest two = node("two").start()) {
      Correspondent friend = new Correspondent();
      one.register(MessageHandler.class, friend, Map.of(MessageHandler.TYPE_PROPERTY, TYPES));
      one.merge(Visit.several("a", 100));
      untilBothHave(100, one, two);

      // It comes while the session is open, introduces itself, and so gets the first note.
      Bundle handler = two.install(BUNDLES.resolve(EXAMPLES + "handler.jar"));

      until(() -> two.command("example:notes").contains(one.self() + ": Milk is out"));
      until(() -> friend.heard("note-kept", "{\"id\":\"first\"}"));
      two.command("example:note 'Bread is out'");
      until(() -> friend.heard("note", "\"text\":\"Bread is out\"}"));
      handler.uninstall();
      assertThatThrownBy(() -> two.command("example:notes")).isInstanceOf(IOException.class);
      friend.write();
      one.merge(List.of(Visit.of("a", "last", "Behind a note that nobody takes")));
      untilBothHave(101, one, two);
      assertThat(one.faults()).isEmpty();
      assertThat(two.faults()).isEmpty();
    }
  }

  @Test
  void whoUsesTheHistoryFindsWatchesDeletesAndKeepsAway() throws Exception {
    try (NodeUnderTest one = node("one").start();
        NodeUnderTest two = node("two").start()) {
      one.install(BUNDLES.resolve(EXAMPLES + "history.jar"));
      until(() -> one.command("example:latest").isBlank());
      two.merge(Visit.several("a", 5));
      untilBothHave(5, one, two);

      until(() -> one.command("example:latest").lines().count() == 5);
      assertThat(one.command("example:visited a.example")).contains("https://a.example/a-0");
      assertThat(one.command("example:wouldDrop a.example"))
          .contains("5 visits to 5 pages, of 1 devices");
      assertThat(one.command("example:drop a.example")).contains("5 visits deleted");
      until(() -> one.command("example:latest").isBlank());
      until(() -> two.command("history").contains("empty"));
      until(() -> two.command("rules list").contains("*.a.example"));

      two.merge(List.of(Visit.of("a", "late", "Kept away")));
      two.merge(List.of(Visit.of("b", "other", "Let in")));
      until(() -> one.command("example:latest").contains("Let in"));
      assertThat(one.command("example:visited a.example")).isBlank();
      assertThat(one.faults()).isEmpty();
      assertThat(two.faults()).isEmpty();
    }
  }

  /** A handler that others wrote for the example's messages. It writes to whoever says hello. */
  private static final class Correspondent implements MessageHandler {
    private final Queue<Payload.Other> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();

    @Override
    public void opened(Session session) {
      sessions.add(session);
    }

    @Override
    public void closed(Session session) {
      sessions.remove(session);
    }

    @Override
    public void handle(Session session, Message message) throws Exception {
      Payload.Other other = (Payload.Other) message.payload();
      heard.add(other);
      if (other.type().equals("note-hello")) {
        write();
      }
    }

    boolean heard(String type, String end) {
      return heard.stream().anyMatch(of -> of.type().equals(type) && of.json().endsWith(end));
    }

    void write() throws Exception {
      for (Session session : sessions) {
        session.send(new Payload.Other("note", NOTE));
      }
    }
  }

  private static Path generated() throws IOException {
    try (Stream<Path> files = Files.walk(GENERATED)) {
      return files
          .filter(file -> file.toString().matches(".*/target/org\\.example\\.shelf-[^/]*\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  private NodeUnderTest.Plan node(String name) {
    return NodeUnderTest.in(folder.resolve(name), MNEMONIC).discovery(service.url());
  }

  /** Being in sync is no sign of it: two that have nothing yet are in sync too. */
  private static void untilBothHave(int visits, NodeUnderTest one, NodeUnderTest two) {
    until(() -> one.visits().size() == visits && one.visits().equals(two.visits()));
    until(() -> one.isInSyncWith(two) && two.isInSyncWith(one));
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
