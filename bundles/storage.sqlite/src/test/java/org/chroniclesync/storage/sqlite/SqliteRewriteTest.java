// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.Part.Degraded;
import org.chroniclesync.storage.sqlite.Erasing.Left;
import org.chroniclesync.storage.sqlite.Rewriter.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What SQLite leaves where it moved a row from goes with the file, which is written anew. */
@Timeout(600)
class SqliteRewriteTest {
  private static final int PAGES = 4_000;
  private static final int STEP = 250;
  private static final long NEVER = 1_000_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Stores stores;

  SqliteRewriteTest(@TempDir Path directory) {
    this.stores = new Stores(directory.resolve("rewritten"));
  }

  private static Entry page(int number) {
    return Stores.visit(number, "https://gone.example/p-" + number, "title");
  }

  private static Entry gone(int number) {
    return page(number).tombstone(page(number).lastModifiedMillis() + 1);
  }

  private static boolean isOneOfFew(int number) {
    return number % 40 == 0;
  }

  /** Few enough that what is beside them stays where it is. */
  private static boolean isGone(int number) {
    return number % 10 == 0;
  }

  @Test
  void noByteOfADigestIsLeftOfWhatWentBetweenWhatStays() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      fill(store);
      delete(store, SqliteRewriteTest::isGone);
      Stores.erase(store);
      assertThat(left(SqliteRewriteTest::isGone)).isEmpty();
      assertThat(left(number -> !isGone(number))).hasSize(PAGES - PAGES / 10);
      assertThat(store.state().tombstones()).isEqualTo(PAGES / 10);
    }
  }

  @Test
  void aLargeFileIsWrittenAnewAtOnceWhenATwentiethHasGone() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(IntStream.range(0, 100).mapToObj(SqliteRewriteTest::page).toList()));
      Stores.erase(store);
    }
    try (Opened opened = Opened.of(stores.file())) {
      Database database = opened.writer().database();
      assertThat(Left.of(database).isStale(Long.MAX_VALUE)).isFalse();
      delete(opened.writer(), 0, 4);
      assertThat(Left.of(database).isStale(0)).isFalse();
      assertThat(Left.of(database).isStale(Long.MAX_VALUE)).isTrue();
      delete(opened.writer(), 4, 5);
      assertThat(Left.of(database).isStale(0)).isTrue();
      index(opened.writer());
      opened.writer().rewrite();
      assertThat(Left.of(database).isStale(Long.MAX_VALUE)).isFalse();
    }
  }

  @Test
  void aFileThatWasWrittenAnewBeforeTheIndexWasDoneIsWrittenOnceMore() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(IntStream.range(0, 100).mapToObj(SqliteRewriteTest::page).toList()));
      Stores.erase(store);
    }
    try (Opened opened = Opened.of(stores.file())) {
      delete(opened.writer(), 0, 4);
      opened.writer().rewrite();
      assertThat(Left.of(opened.writer().database()).buried()).isEqualTo(4);
      index(opened.writer());
      opened.writer().rewrite();
      assertThat(Left.of(opened.writer().database()).isNothing()).isTrue();
    }
  }

  @Test
  void namesOfADeviceThatAreForgottenAfterTheFileWasWrittenAnewAreNotedAsLeft() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(List.of(page(0))));
      Stores.erase(store);
    }
    try (Opened opened = Opened.of(stores.file())) {
      Writer writer = opened.writer();
      delete(writer, 0, 1);
      index(writer);
      writer.rewrite();
      assertThat(Left.of(writer.database()).isNothing()).isTrue();
      writer.transact(Writer.Worth.KEPT, w -> Erasing.forgetDevices(w, 1));
      assertThat(Left.of(writer.database()).buried()).isEqualTo(1);
    }
  }

  @Test
  void whatComesBackDoesNotHideWhatWent() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(List.of(page(1), page(2))));
      store.merge(Batch.of(List.of(gone(1))));
      Stores.erase(store);
      store.merge(Batch.of(List.of(page(1).withLastModified(gone(1).lastModifiedMillis() + 1))));
      store.merge(Batch.of(List.of(gone(2))));
      assertThat(store.state().tombstones()).isEqualTo(1);
    }
    try (Opened opened = Opened.of(stores.file())) {
      assertThat(Left.of(opened.writer().database()).isStale(Long.MAX_VALUE)).isTrue();
    }
  }

  @Test
  void aLargeFileIsWrittenAnewOnceNobodyUsesItAlsoAfterAKill() throws Exception {
    Stores killed = new Stores(stores.directory().resolveSibling("killed"));
    try (SqliteHistoryStore store = stores.open(large(NEVER, NEVER))) {
      fill(store);
      delete(store, SqliteRewriteTest::isOneOfFew);
      Stores.erase(store);
      assertThat(buried(stores)).isEqualTo(PAGES / 40);
      await().atMost(PATIENCE).until(() -> !store.parts().isEmpty());
      assertThat(store.parts().get(0).state())
          .isInstanceOfSatisfying(
              Part.Paused.class, paused -> assertThat(paused.what()).contains("written anew"));
      Files.createDirectories(killed.directory());
      Files.copy(stores.file(), killed.file());
    }
    try (SqliteHistoryStore store = killed.open(large(0, NEVER))) {
      await().atMost(PATIENCE).until(() -> buried(killed) == 0 && store.parts().isEmpty());
      assertThat(left(killed, SqliteRewriteTest::isOneOfFew)).isEmpty();
      assertThat(store.state().entries()).isEqualTo(PAGES - PAGES / 40);
    }
    try (Opened opened = Opened.of(killed.file())) {
      assertThat(Left.of(opened.writer().database()).isNothing()).isTrue();
      assertThat(opened.writer().database().text("PRAGMA quick_check(1)")).isEqualTo("ok");
    }
  }

  @Test
  void aLargeFileThatIsAlwaysInUseIsWrittenAnewWhenItsTimeIsOver() throws Exception {
    try (SqliteHistoryStore store = stores.open(large(NEVER, 0))) {
      fill(store);
      delete(store, SqliteRewriteTest::isOneOfFew);
      Stores.erase(store);
      await().atMost(PATIENCE).until(() -> buried(stores) == 0 && store.parts().isEmpty());
      assertThat(left(SqliteRewriteTest::isOneOfFew)).isEmpty();
    }
  }

  @Test
  void withoutRoomItIsSaidWhatToDoAndTheFileStaysAsItIs() throws Exception {
    try (SqliteHistoryStore store = stores.open(new Limits(0, 0, 0, NEVER, Long.MAX_VALUE / 2))) {
      fill(store);
      delete(store, SqliteRewriteTest::isOneOfFew);
      Stores.erase(store);
      await()
          .atMost(PATIENCE)
          .until(() -> store.parts().stream().anyMatch(part -> part.state() instanceof Degraded));
      Degraded said = (Degraded) store.parts().get(0).state();
      assertThat(said.cause()).contains("MB on the disk");
      assertThat(said.remedy()).contains("Make room");
      assertThat(buried(stores)).isEqualTo(PAGES / 40);
    }
  }

  @Test
  void whatIsMergedStopsIt() throws Exception {
    try (SqliteHistoryStore store = stores.open(large(NEVER, NEVER))) {
      fill(store);
      delete(store, SqliteRewriteTest::isOneOfFew);
      Stores.erase(store);
    }
    try (Opened opened = Opened.of(stores.file())) {
      Writer writer = opened.writer();
      AtomicBoolean stopped = new AtomicBoolean();
      Thread rewriting =
          new Thread(
              () -> {
                try {
                  while (!stopped.get()) {
                    stopped.set(!writer.rewrite(Writer.Way.ALL));
                  }
                } catch (StorageException e) {
                  throw new IllegalStateException(e);
                }
              });
      rewriting.start();
      while (rewriting.isAlive()) {
        writer.stopRewriting(Writer.Way.ALL);
        rewriting.join(1);
      }
      assertThat(stopped).isTrue();
      delete(writer, 1, 2);
      assertThat(writer.database().text("PRAGMA quick_check(1)")).isEqualTo("ok");
      assertThat(writer.counts().tombstones()).isEqualTo(PAGES / 40 + 1);
    }
  }

  /** Each file is large. */
  private static Limits large(long quietMillis, long mostMillis) {
    return new Limits(0, quietMillis, mostMillis, 100, 0);
  }

  private void fill(SqliteHistoryStore store) throws StorageException {
    for (List<Integer> some : steps()) {
      store.merge(Batch.of(some.stream().map(SqliteRewriteTest::page).toList()));
    }
  }

  private void delete(SqliteHistoryStore store, Predicate<Integer> which) throws StorageException {
    for (List<Integer> some : steps()) {
      store.merge(Batch.of(some.stream().filter(which).map(SqliteRewriteTest::gone).toList()));
    }
  }

  private static List<List<Integer>> steps() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, PAGES).boxed().toList());
    Collections.shuffle(order, new Random(1));
    return IntStream.range(0, PAGES / STEP)
        .mapToObj(step -> order.subList(step * STEP, (step + 1) * STEP))
        .toList();
  }

  private List<Integer> left(Predicate<Integer> which) throws IOException {
    return left(stores, which);
  }

  /** Returns how many went since the file was last written anew. */
  private static long buried(Stores stores) throws SQLException {
    try (Database database = Database.open(stores.file(), Database.Mode.READ)) {
      return Left.of(database).buried();
    }
  }

  /** Returns those whose digest is somewhere in the file or its log. */
  private static List<Integer> left(Stores stores, Predicate<Integer> which) throws IOException {
    StringBuilder bytes = new StringBuilder();
    for (String suffix : List.of("", "-wal")) {
      Path file = stores.file().resolveSibling(stores.file().getFileName() + suffix);
      if (Files.exists(file)) {
        bytes.append(Files.readString(file, ISO_8859_1));
      }
    }
    String all = bytes.toString();
    return IntStream.range(0, PAGES)
        .boxed()
        .filter(which)
        .filter(number -> all.contains(key(number)))
        .toList();
  }

  private static void delete(Writer writer, int from, int to) throws Exception {
    writer.transact(
        Writer.Worth.KEPT,
        new Merge(Batch.of(IntStream.range(from, to).mapToObj(SqliteRewriteTest::gone).toList())));
  }

  /** As the indexer does, to its end. */
  private static void index(Writer writer) throws StorageException {
    Purging purging = new Purging();
    boolean all = false;
    while (!all) {
      all =
          writer.transact(
              Writer.Worth.REPEATABLE, w -> Index.makeSome(w, purging, PAGES, false).all());
    }
  }

  private static String key(int number) {
    byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(Rank.key(page(number).url())).array();
    return new String(key, ISO_8859_1);
  }
}
