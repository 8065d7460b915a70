// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.storage.memory.MemoryHistoryStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is printed for programs while it comes. */
@Timeout(600)
class StreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MANY = 5_500;
  private static final Device LAPTOP =
      new Device(new DeviceId("laptop-1"), "Linux", "agent", "Firefox", "140.0");

  private final MemoryHistoryStore store = new MemoryHistoryStore(10_000);
  private final List<History.Watcher> watchers = new CopyOnWriteArrayList<>();
  private final AtomicInteger loans = new AtomicInteger();
  private final FakeNode node = new FakeNode();
  private final ShellServices services = new ShellServices();
  private final Commands commands = new Commands(services);
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private final History history =
      new History() {
        @Override
        public MergeResult merge(Batch batch) throws StorageException {
          return store.merge(batch);
        }

        @Override
        public <R> R borrow(Operation<R> operation) throws StorageException {
          loans.incrementAndGet();
          return operation.apply(store);
        }

        @Override
        public Deletions deletions() {
          throw new UnsupportedOperationException("nothing is deleted here");
        }

        @Override
        public Watch watch(Watcher watcher) {
          watchers.add(watcher);
          return () -> watchers.remove(watcher);
        }
      };

  /** One that breaks after some bytes, as a pipe does whose reader has gone. */
  private static final class BrokenPipe extends OutputStream {
    private int left;

    BrokenPipe(int bytes) {
      left = bytes;
    }

    @Override
    public void write(int value) throws IOException {
      if (left-- <= 0) {
        throw new IOException("Broken pipe");
      }
    }
  }

  @BeforeEach
  void bind() {
    services.bindNode(node.face());
    services.bindHistory(history);
  }

  /** Seven visits at each moment, so that steps end in the midst of one. */
  private void fill() throws StorageException {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      visits.add(visit(i));
    }
    store.merge(Batch.of(visits));
  }

  private static Entry visit(int number) {
    long at = 1_700_000_000_000L + number / 7;
    return new Entry(
        LAPTOP,
        "v" + number,
        "https://example.org/page" + number,
        "Walrus " + number,
        at,
        "0",
        "link",
        at,
        false,
        null,
        UnknownFields.NONE);
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : printed.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void allVisitsAreStreamedOnceNewestFirstInShortLoans() throws Exception {
    fill();

    assertThat(commands.history(Console.printingTo(printed), false, true, "default", "", "", ""))
        .isEmpty();

    List<JsonNode> lines = lines();
    Set<String> ids = new HashSet<>();
    lines.forEach(line -> ids.add(line.path("visitId").asText()));
    assertThat(lines).hasSize(MANY);
    assertThat(ids).hasSize(MANY);
    assertThat(lines)
        .isSortedAccordingTo(
            (one, other) ->
                Double.compare(
                    other.path("visitTime").asDouble(), one.path("visitTime").asDouble()));
    assertThat(loans.get()).isGreaterThan(MANY / 1_000);
  }

  @Test
  void aLimitMayBeGreaterThanAScreenIs() throws Exception {
    fill();
    commands.history(Console.printingTo(printed), false, true, "1234", "", "", "");
    assertThat(lines()).hasSize(1_234);
    assertThatThrownBy(() -> commands.history(Console.NONE, false, true, "0", "", "", ""))
        .hasMessageContaining("1 or more");
  }

  @Test
  void theVisitsOfOnePageAreFound() throws Exception {
    fill();
    store.merge(Batch.of(List.of(visit(7))));
    assertThat(
            commands.history(
                Console.NONE, false, false, "9", "", "", "https://example.org/page4000"))
        .contains("Walrus 4000")
        .hasLineCount(1);
    commands.history(
        Console.printingTo(printed), false, true, "default", "", "", "https://example.org/page7");
    assertThat(lines()).singleElement().matches(line -> line.path("visitId").asText().equals("v7"));
    assertThat(commands.history(Console.NONE, false, false, "9", "", "", "https://no.example/"))
        .isEqualTo("No visits were found.");
  }

  @Test
  void allPagesThatASearchFindsAreStreamedOnce() throws Exception {
    fill();

    commands.search(Console.printingTo(printed), false, true, "default", "", "walrus");

    Set<String> pages = new HashSet<>();
    List<JsonNode> lines = lines();
    lines.forEach(line -> pages.add(line.path("url").asText()));
    assertThat(pages).hasSize(lines.size());
    assertThat(lines.size()).isGreaterThan(1_000);
  }

  @Test
  void nothingIsReadForWhoHasGone() throws Exception {
    fill();
    commands.history(Console.printingTo(new BrokenPipe(1_000)), false, true, "default", "", "", "");
    assertThat(loans.get()).isLessThan(5);
  }

  @Test
  void visitsDeletionsAndGapsAreToldAsTheyComeUntilNobodyReads() throws Exception {
    BrokenPipe reader = new BrokenPipe(Integer.MAX_VALUE);
    OutputStream both =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            reader.write(value);
            synchronized (printed) {
              printed.write(value);
            }
          }
        };
    Thread watching = started(() -> commands.watch(Console.printingTo(both), true));
    await().atMost(PATIENCE).until(() -> watchers.size() == 1);
    watchers
        .get(0)
        .changed(
            List.of(
                new Change(1, visit(1), null),
                new Change(2, visit(2).tombstone(1_800_000_000_000L), null)),
            true);

    // How the node is may be told, too, at any time.
    await().atMost(PATIENCE).until(() -> text().contains("\"deleted\"") && text().endsWith("\n"));
    List<String> events = lines().stream().map(line -> line.path("event").asText()).toList();
    assertThat(events).containsSubsequence("missed", "visit", "deleted");
    reader.left = 0;
    // The reader has gone: what comes next shows it.
    watchers.get(0).changed(List.of(new Change(3, visit(3), null)), false);
    watching.join();
    assertThat(watchers).isEmpty();
  }

  @Test
  void aPersonIsToldInSentences() throws Exception {
    Thread watching = started(() -> commands.watch(Console.printingTo(printed), false));
    await().atMost(PATIENCE).until(() -> watchers.size() == 1);
    watchers.get(0).changed(List.of(new Change(1, visit(1), null)), false);
    watchers.get(0).changed(List.of(new Change(2, visit(1).tombstone(1L), null)), true);

    await().atMost(PATIENCE).until(() -> text().contains("A visit was deleted."));
    watching.interrupt();
    watching.join();
    assertThat(text())
        .contains("Walrus 1", "Some visits came that are not shown here")
        .doesNotContain("{");
    assertThat(watchers).isEmpty();
  }

  private String text() {
    synchronized (printed) {
      return printed.toString(StandardCharsets.UTF_8);
    }
  }

  private static Thread started(Callable<String> command) {
    Thread thread =
        new Thread(
            () -> {
              try {
                command.call();
              } catch (Exception e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }
}
