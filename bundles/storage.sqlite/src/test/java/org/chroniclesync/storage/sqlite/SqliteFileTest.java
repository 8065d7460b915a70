// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.testkits.storage.Reads;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The file: who may read it, what is refused, what is left after closing. */
class SqliteFileTest {
  private final Path directory;
  private final Stores stores;

  SqliteFileTest(@TempDir Path directory) {
    this.directory = directory;
    this.stores = new Stores(directory.resolve("new").resolve("deep"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void isReadableByItsOwnerOnly() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(List.of(Samples.entry("a", "1", "x"))));
      assertThat(permissions(stores.directory())).isEqualTo("rwx------");
      assertThat(permissions(directory.resolve("new"))).isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(stores.directory())) {
        assertThat(files).isNotEmpty().allMatch(file -> permissions(file).equals("rw-------"));
      }
    }
  }

  @Test
  void newerSchemaIsRefusedAndUntouched() throws Exception {
    stores.open().close();
    try (Database database = Database.open(stores.file(), Database.Mode.WRITE)) {
      database.execute("PRAGMA user_version = 3");
    }
    byte[] before = Files.readAllBytes(stores.file());
    StorageException e = refused();
    assertThat(e.kind()).isEqualTo(Kind.TOO_NEW);
    assertThat(e).hasMessageContaining("version 3").hasMessageContaining("update the software");
    assertThat(Files.readAllBytes(stores.file())).isEqualTo(before);
  }

  @Test
  void newerSchemaInTheLogOnlyIsRefused() throws Exception {
    stores.open().close();
    Path aside = directory.resolve("aside");
    Files.createDirectories(aside);
    try (Database database = Database.open(stores.file(), Database.Mode.WRITE)) {
      database.execute("PRAGMA wal_autocheckpoint = 0");
      database.execute("PRAGMA user_version = 9");
      Files.copy(stores.file(), aside.resolve("db"));
      Files.copy(stores.directory().resolve("history.db-wal"), aside.resolve("wal"));
    }
    Files.copy(aside.resolve("db"), stores.file(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(aside.resolve("wal"), stores.directory().resolve("history.db-wal"));
    byte[] before = Files.readAllBytes(stores.file());
    assertThat(refused().kind()).isEqualTo(Kind.TOO_NEW);
    assertThat(Files.readAllBytes(stores.file())).isEqualTo(before);
  }

  @Test
  void whatIsNoDatabaseIsRefusedAndUntouched() throws Exception {
    Files.createDirectories(stores.directory());
    for (String content : List.of("x", "my diary ".repeat(1_000), "SQLite format 3\0")) {
      Files.writeString(stores.file(), content);
      StorageException e = refused();
      assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
      assertThat(e).hasMessageContaining("left untouched");
      assertThat(Files.readString(stores.file())).isEqualTo(content);
    }
  }

  @Test
  void databaseOfAnotherProgramIsRefusedAndUntouched() throws Exception {
    Files.createDirectories(stores.directory());
    try (Database database = Database.create(stores.file())) {
      database.execute("CREATE TABLE theirs (x)");
    }
    byte[] before = Files.readAllBytes(stores.file());
    assertThat(refused().kind()).isEqualTo(Kind.CORRUPT);
    assertThat(Files.readAllBytes(stores.file())).isEqualTo(before);
  }

  @Test
  void damageIsRefusedAndUntouched() throws Exception {
    fill(300);
    long bytes = Files.size(stores.file());
    byte[] whole = Files.readAllBytes(stores.file());
    try (RandomAccessFile file = new RandomAccessFile(stores.file().toFile(), "rw")) {
      file.setLength(bytes / 2);
    }
    assertThat(refused().kind()).isEqualTo(Kind.CORRUPT);
    byte[] broken = whole.clone();
    for (int i = 4_096; i < broken.length; i++) {
      broken[i] = (byte) (i * 31);
    }
    Files.write(stores.file(), broken);
    assertThat(refused().kind()).isEqualTo(Kind.CORRUPT);
    assertThat(Files.readAllBytes(stores.file())).isEqualTo(broken);
    Files.write(stores.file(), whole);
    try (SqliteHistoryStore store = stores.open(Map.of("checkOnStart", true))) {
      assertThat(store.state().entries()).isEqualTo(300);
    }
  }

  @Test
  void olderSchemaIsMigratedWithItsEntries() throws Exception {
    fill(10);
    List<Schema.Step> steps = new ArrayList<>(Schema.CURRENT.steps());
    steps.add(database -> database.execute("CREATE TABLE added (x)"));
    try (SqliteHistoryStore store = stores.open(Map.of(), new Schema(steps))) {
      assertThat(store.state().entries()).isEqualTo(10);
    }
    try (Database database = Database.open(stores.file(), Database.Mode.READ)) {
      assertThat(database.number("PRAGMA user_version")).isEqualTo(3);
      assertThat(database.number("SELECT count(*) FROM added")).isZero();
    }
    assertThat(refused().kind()).isEqualTo(Kind.TOO_NEW);
  }

  /** The file is as version 1 wrote it: 38 visits all over time, 5 of them deleted. */
  @Test
  void fileOfTheFirstVersionGetsItsSums() throws Exception {
    Files.createDirectories(stores.directory());
    try (InputStream packed = getClass().getResourceAsStream("history-1.db.gz");
        InputStream old = new GZIPInputStream(Objects.requireNonNull(packed))) {
      Files.copy(old, stores.file());
    }
    try (SqliteHistoryStore store = stores.open(Map.of("checkOnStart", true))) {
      assertThat(store.state().entries()).isEqualTo(33);
      assertThat(store.mark("mark")).isEqualTo("3");
      checkSums(store);
      assertThat(Reads.all(store.read(Window.all(Window.Order.OLDEST_FIRST)))).hasSize(33);
      store.merge(Batch.of(Samples.wandering(new Random(5), 60)));
      checkSums(store);
    }
    try (SqliteHistoryStore store = stores.open()) {
      checkSums(store);
    }
  }

  private static void checkSums(SqliteHistoryStore store) throws StorageException {
    List<Entry> entries = Reads.all(store.standing(Range.ALL));
    assertThat(entries).containsExactlyInAnyOrderElementsOf(Reads.standing(store).values());
    for (int from = 0; from < entries.size(); from++) {
      Fingerprint sum = Fingerprint.EMPTY;
      for (Entry entry : entries.subList(from, entries.size())) {
        sum = sum.plus(EntryDigest.of(entry));
      }
      Range range = new Range(Bound.of(entries.get(from)), Bound.END);
      assertThat(store.fingerprint(range)).isEqualTo(sum);
    }
  }

  @Test
  void migrationThatFailsLeavesTheOlderVersion() throws Exception {
    fill(10);
    List<Schema.Step> steps = new ArrayList<>(Schema.CURRENT.steps());
    steps.add(
        database -> {
          database.execute("CREATE TABLE added (x)");
          database.execute("no such statement");
        });
    Schema failing = new Schema(steps);
    StorageException e =
        catchThrowableOfType(StorageException.class, () -> stores.open(Map.of(), failing));
    assertThat(e.kind()).isEqualTo(Kind.FAILED);
    try (SqliteHistoryStore store = stores.open()) {
      assertThat(store.state().entries()).isEqualTo(10);
    }
  }

  @Test
  void olderCopyGetsANewFeed() throws Exception {
    fill(10);
    Path copy = directory.resolve("copy.db");
    Files.copy(stores.file(), copy);
    FeedId feed;
    try (SqliteHistoryStore store = stores.open()) {
      feed = store.state().feed();
      store.merge(Batch.of(List.of(Samples.entry("b", "1", "later"))));
    }
    try (SqliteHistoryStore store = stores.open()) {
      assertThat(store.state().feed()).isEqualTo(feed);
    }
    Files.copy(copy, stores.file(), StandardCopyOption.REPLACE_EXISTING);
    try (SqliteHistoryStore store = stores.open()) {
      assertThat(store.state().feed()).isNotEqualTo(feed);
      assertThat(store.state().entries()).isEqualTo(10);
    }
  }

  @Test
  void olderCopyGetsANewFeedAlsoWhenTheNewerOneMetAnInterrupt() throws Exception {
    fill(10);
    Path copy = directory.resolve("copy.db");
    Files.copy(stores.file(), copy);
    FeedId feed;
    try (SqliteHistoryStore store = stores.open()) {
      feed = store.state().feed();
      Thread.currentThread().interrupt();
      try {
        store.merge(Samples.batch(10, 10, "n"));
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      store.merge(Samples.batch(11, 10, "n"));
    }
    Files.copy(copy, stores.file(), StandardCopyOption.REPLACE_EXISTING);
    try (SqliteHistoryStore store = stores.open()) {
      assertThat(store.state().feed()).isNotEqualTo(feed);
    }
  }

  @Test
  void secondUserIsRefusedUntilTheFirstCloses() throws Exception {
    SqliteHistoryStore first = stores.open();
    StorageException e = refused();
    assertThat(e.kind()).isEqualTo(Kind.FAILED);
    assertThat(e).hasMessageContaining("in use by another node");
    first.merge(Batch.of(List.of(Samples.entry("a", "1", "x"))));
    first.close();
    try (SqliteHistoryStore second = stores.open()) {
      assertThat(second.state().entries()).isEqualTo(1);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closingLeavesNeitherThreadNorFile() throws Exception {
    for (int i = 0; i < 3; i++) {
      SqliteHistoryStore store = stores.open();
      store.merge(Batch.of(List.of(Samples.entry("a", "" + i, "x"))));
      store.changes(0).next();
      assertThat(openFiles()).isNotEmpty();
      store.close();
      store.close();
      assertThat(openFiles()).isEmpty();
    }
    refusedFileLeavesNothing();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("chroniclesync-sqlite"));
  }

  private void refusedFileLeavesNothing() throws Exception {
    Files.writeString(stores.file(), "nothing of ours");
    assertThat(refused().kind()).isEqualTo(Kind.CORRUPT);
    assertThat(openFiles()).isEmpty();
  }

  @Test
  void badConfigurationNamesTheKey() {
    for (Map.Entry<String, Object> bad :
        Map.<String, Object>of(
                "synchronous",
                "off",
                "readConnections",
                0,
                "cacheBytes",
                1,
                "maxFileBytes",
                5L,
                "closeTimeoutMillis",
                -1L,
                "file",
                " ")
            .entrySet()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> stores.open(Map.of(bad.getKey(), bad.getValue())))
          .withMessageContaining(SqliteHistoryStore.PID)
          .withMessageContaining(bad.getKey())
          .withMessageContaining("; it must be ");
    }
  }

  private List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          Path target = Files.readSymbolicLink(descriptor);
          if (target.toString().startsWith(directory.toRealPath().toString())) {
            open.add(target);
          }
        }
      }
    }
    return open;
  }

  private void fill(int count) throws StorageException {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(Samples.realistic(i));
    }
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(entries));
    }
  }

  private StorageException refused() {
    return catchThrowableOfType(StorageException.class, () -> stores.open());
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
