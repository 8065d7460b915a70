// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The file: who may read it, what is refused, what is left after closing. */
class SqliteFileTest {
  private static final long NEWER = Schema.CURRENT.version() + 1L;

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
      database.execute("PRAGMA user_version = " + NEWER);
    }
    byte[] before = Files.readAllBytes(stores.file());
    StorageException e = refused();
    assertThat(e.kind()).isEqualTo(Kind.TOO_NEW);
    assertThat(e)
        .hasMessageContaining("version " + NEWER)
        .hasMessageContaining("update the software");
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

  /** What a crash, a copy that broke off or a careless hand leaves behind. */
  @Test
  void anEmptyFileIsRefusedAndItsLogUntouched() throws Exception {
    Files.createDirectories(stores.directory());
    Files.createFile(stores.file());
    Path log = stores.directory().resolve("history.db-wal");
    Files.writeString(log, "the last visits");

    StorageException e = refused();

    assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(e).hasMessageContaining("it is empty").hasMessageContaining("left untouched");
    assertThat(stores.file()).isEmptyFile();
    assertThat(log).hasContent("the last visits");
  }

  @Test
  void aLogWithoutItsFileIsNotReplacedByAnEmptyHistory() throws Exception {
    for (String suffix : List.of("-wal", "-journal")) {
      Files.createDirectories(stores.directory());
      Path log = stores.directory().resolve("history.db" + suffix);
      Files.writeString(log, "the last visits");

      StorageException e = refused();

      assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
      assertThat(e).hasMessageContaining("it is missing").hasMessageContaining(log.toString());
      assertThat(stores.file()).doesNotExist();
      assertThat(log).hasContent("the last visits");
      Files.delete(log);
    }
    stores.open().close();
  }

  @Test
  void aDirectoryInItsPlaceIsRefusedAndUntouched() throws Exception {
    Files.createDirectories(stores.file());
    Files.writeString(stores.file().resolve("diary"), "mine");

    assertThat(refused()).hasMessageContaining("it is no file").hasMessageContaining("Move it");

    assertThat(stores.file().resolve("diary")).hasContent("mine");
  }

  // --- While it is open -------------------------------------------------------------------------

  @Test
  void aFolderThatVanishesIsSaidUntilItIsBack() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      store.checkWritable();
      Path elsewhere = directory.resolve("elsewhere");
      Files.move(stores.directory(), elsewhere);

      assertRefuses(store, "was removed while the node uses it");

      Files.move(elsewhere, stores.directory());
      store.checkWritable();
      store.merge(Samples.batch(1, 10, "n"));
    }
    try (SqliteHistoryStore store = stores.open()) {
      assertThat(store.state().entries()).isEqualTo(10);
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileThatIsReplacedTakesNoVisit() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      Path copy = directory.resolve("copy.db");
      Files.copy(stores.file(), copy);
      Files.move(copy, stores.file(), StandardCopyOption.REPLACE_EXISTING);

      assertRefuses(store, "was replaced while the node uses it");
    }
  }

  private static void assertRefuses(SqliteHistoryStore store, String why) {
    assertThatThrownBy(store::checkWritable)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(why);
    assertThatThrownBy(() -> store.merge(Samples.batch(0, 10, "n")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(why);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDiskThatBecomesReadOnlyIsSaidUntilItIsWritable() throws Exception {
    try (SqliteHistoryStore store = stores.open()) {
      // Only a new mount can be made so while a file is open for writing.
      assumeTrue(
          mount("--bind", stores.directory(), stores.directory()), "only root may mount a disk");
      try {
        assertThat(mount("-o", "remount,bind,ro", stores.directory())).isTrue();
        assertThatThrownBy(store::checkWritable).hasMessageContaining("Its disk is read-only");
      } finally {
        assertThat(run("umount", stores.directory())).isTrue();
      }
      store.checkWritable();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDiskThatIsFullIsSaidUntilThereIsSpace() throws Exception {
    Files.createDirectories(stores.directory());
    assumeTrue(
        mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", stores.directory()),
        "only root may mount a disk");
    try (SqliteHistoryStore store = stores.open()) {
      store.checkWritable();
      Path ballast = stores.directory().resolve("ballast");
      Files.write(ballast, new byte[(int) (stores.directory().toFile().getUsableSpace() - 1_000)]);

      assertThatThrownBy(store::checkWritable)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));

      Files.delete(ballast);
      store.checkWritable();
    } finally {
      assertThat(run("umount", "--lazy", stores.directory())).isTrue();
    }
  }

  private static boolean mount(Object... arguments) throws Exception {
    List<Object> command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    return run(command.toArray());
  }

  private static boolean run(Object... command) throws Exception {
    return new ProcessBuilder(Stream.of(command).map(Object::toString).toList())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
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
  void noByteOfTheFileTellsTheWordsOfATextThatIsGone() throws Exception {
    // Folded, they stand in the index only.
    Entry gone = Samples.entry("a", "gone", "Zébräfinch härbour");
    Entry moved = Samples.entry("a", "moved", "Cöckatöo");
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(List.of(gone, moved, Samples.entry("a", "kept", "Härbour all"))));
      store.awaitIndexed();
      // Pages with more visits get another place in the index.
      for (int i = 0; i < 20; i++) {
        store.merge(Batch.of(List.of(visit(moved, "again-" + i), visit(gone, "more-" + i))));
      }
      store.awaitIndexed();
    }
    assertThat(bytes()).contains("zebrafinch", "cockatoo", "harbour");
    try (SqliteHistoryStore store = stores.open()) {
      store.merge(Batch.of(tombstones(gone, "more-")));
      store.merge(Batch.of(tombstones(moved, "again-")));
      store.awaitIndexed();
    }
    assertThat(bytes()).contains("harbour").doesNotContain("zebrafinch", "cockatoo");
  }

  private static Entry visit(Entry page, String visit) {
    Entry other = Samples.entry("a", visit, page.title());
    return new Entry(
        other.device(),
        visit,
        page.url(),
        page.title(),
        other.visitTimeMillis(),
        "",
        "link",
        other.lastModifiedMillis(),
        false,
        null,
        other.unknown());
  }

  private static List<Entry> tombstones(Entry page, String visit) {
    List<Entry> visits = new ArrayList<>(List.of(page));
    for (int i = 0; i < 20; i++) {
      visits.add(visit(page, visit + i));
    }
    return visits.stream().map(e -> e.tombstone(e.lastModifiedMillis() + 1)).toList();
  }

  private String bytes() throws IOException {
    return Files.readString(stores.file(), ISO_8859_1);
  }

  @Test
  void whatWasIndexedWithOtherWordsIsIndexedAnew() throws Exception {
    fill(10);
    SecondVersion.of(stores.file());
    try (SqliteHistoryStore store = stores.open()) {
      store.awaitIndexed();
    }
    try (Database database = Database.open(stores.file(), Database.Mode.READ)) {
      assertThat(
              database.number(
                  "SELECT count(*) FROM search_word WHERE term = '" + SecondVersion.OLD_WORD + "'"))
          .isZero();
      assertThat(database.number("SELECT max(doc) FROM search_word")).isEqualTo(10);
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
      assertThat(database.number("PRAGMA user_version")).isEqualTo(NEWER);
      assertThat(database.number("SELECT count(*) FROM added")).isZero();
    }
    assertThat(refused().kind()).isEqualTo(Kind.TOO_NEW);
  }

  @Test
  void fileOfTheFirstVersionGetsItsSums() throws Exception {
    FirstVersion.put(stores.file());
    try (SqliteHistoryStore store = stores.open(Map.of("checkOnStart", true))) {
      FirstVersion.check(store);
      store.merge(Batch.of(Samples.wandering(new Random(5), 60)));
      FirstVersion.checkSums(store);
    }
    try (SqliteHistoryStore store = stores.open()) {
      FirstVersion.checkSums(store);
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
        Path target = target(descriptor);
        if (target.toString().startsWith(directory.toRealPath().toString())) {
          open.add(target);
        }
      }
    }
    return open;
  }

  private static Path target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (NoSuchFileException e) {
      return Path.of(""); // closed meanwhile, be it by another thread
    }
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
