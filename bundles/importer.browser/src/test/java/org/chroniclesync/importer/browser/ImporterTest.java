// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class ImporterTest {
  private static final PeerId SELF = new PeerId("peer-a");
  private static final Duration SOON = Duration.ofSeconds(60);
  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;
  private final Path temporary;

  ImporterTest(@TempDir Path directory, @TempDir Path temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    await().atMost(SOON).until(() -> ownWorkplaces().isEmpty());
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("chroniclesync-import"));
  }

  private List<Path> ownWorkplaces() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  private Importer importer(Path... paths) {
    return importer(Exclusions.of(Settings.DEFAULT_SCHEMES, List.of(), List.of()), paths);
  }

  private Importer importer(Exclusions exclusions, Path... paths) {
    Settings settings = new Settings(List.of(paths), Settings.MIN_INTERVAL_MILLIS, 100, exclusions);
    return unstarted(settings).start();
  }

  private Importer unstarted(Settings settings) {
    return new Importer(
        history,
        SELF,
        Consents.of(history),
        settings,
        () -> null,
        ProfileFinder.ofThisMachine(),
        temporary);
  }

  private void importOnce(Path... paths) {
    try (Importer importer = importer(paths)) {
      importer.importNow();
    }
  }

  private ProfileStatus statusAfterImport(Path path) {
    try (Importer importer = importer(path)) {
      importer.importNow();
      assertThat(importer.profiles()).hasSize(1);
      return importer.profiles().get(0);
    }
  }

  private List<String> titles() {
    return history.entries().stream().map(Entry::title).toList();
  }

  @Test
  void aProfileThatIsNotThereIsAPartThatFailed() throws Exception {
    FakeProfile.empty(Family.FIREFOX, directory).visits(1, 1);
    Path nothing = directory.resolve("nothing");
    try (Importer importer = importer(directory, nothing)) {
      importer.importNow();

      assertThat(importer.parts())
          .containsExactly(
              new Part("importer", "", new Part.Well()),
              new Part(
                  "importer",
                  nothing.toString(),
                  new Part.Failed(
                      nothing + " does not exist; check the path.",
                      "Correct it; it is looked for again every minute.")),
              new Part("importer", directory.toString(), new Part.Well()));
    }
  }

  /** What is left behind is looked for after each test. */
  @Test
  void oneThatIsDroppedBeforeItStartsReadsNothing() throws Exception {
    FakeProfile.real(Family.CHROMIUM, directory);

    unstarted(Settings.defaults(List.of(directory))).importNow();

    assertThat(history.entries()).isEmpty();
  }

  @Test
  void readsWhatRealChromiumWrote() throws Exception {
    FakeProfile profile = FakeProfile.real(Family.CHROMIUM, directory);
    ProfileStatus status = statusAfterImport(directory);
    assertThat(status.problem()).isNull();
    assertThat(status.browser()).isEqualTo("Chromium");
    assertThat(status.importedVisits())
        .isEqualTo(history.entries().size())
        .isGreaterThanOrEqualTo(30);
    assertThat(history.entries())
        .extracting(Entry::transition)
        .contains("typed", "link", "reload", "form_submit", "auto_bookmark");
    assertRealEntries(profile);
  }

  @Test
  void readsWhatRealFirefoxWrote() throws Exception {
    FakeProfile profile = FakeProfile.real(Family.FIREFOX, directory);
    ProfileStatus status = statusAfterImport(directory);
    assertThat(status.problem()).isNull();
    assertThat(status.browser()).isEqualTo("Firefox");
    assertThat(status.importedVisits())
        .isEqualTo(history.entries().size())
        .isGreaterThanOrEqualTo(30);
    assertThat(history.entries())
        .extracting(Entry::transition)
        .contains("typed", "link", "auto_bookmark");
    assertRealEntries(profile);
  }

  private void assertRealEntries(FakeProfile profile) {
    List<Entry> entries = history.entries();
    assertThat(entries).extracting(Entry::title).anyMatch(title -> title.contains("京都の紅葉を歩く"));
    assertThat(entries).extracting(Entry::visitId).doesNotHaveDuplicates();
    double year2026 = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    double year2030 = Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();
    assertThat(entries)
        .allSatisfy(
            entry -> {
              assertThat(entry.url()).startsWith("http://").contains(".example.");
              assertThat(entry.visitTimeMillis()).isBetween(year2026, year2030);
              assertThat(entry.lastModifiedMillis())
                  .isEqualTo((long) Math.floor(entry.visitTimeMillis()));
              assertThat(entry.device().browserVersion()).matches("\\d+\\.[0-9.]+");
              assertThat(entry.device().platform()).contains(System.getProperty("os.name"));
              assertThat(entry.visitId())
                  .startsWith(entry.device().id().value().substring(3, 11) + "-");
            });
    List<String> ids = entries.stream().map(Entry::visitId).toList();
    List<String> referrers =
        entries.stream().map(Entry::referringVisitId).filter(id -> !id.equals("0")).toList();
    assertThat(referrers).hasSizeGreaterThan(20).allMatch(ids::contains);
    assertThat(profile.database()).exists();
  }

  @ParameterizedTest
  @EnumSource
  void everyVisitComesOnceHoweverOften(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 1_050);
    importOnce(directory);
    assertThat(history.entries()).hasSize(1_050);
    int merges = history.merges();
    importOnce(directory);
    assertThat(history.merges()).isEqualTo(merges);
    profile.visits(1_051, 30);
    importOnce(directory);
    assertThat(history.entries()).hasSize(1_080);
    assertThat(history.changes()).isEqualTo(1_080);
    assertThat(history.merges()).isEqualTo(merges + 1);
  }

  @ParameterizedTest
  @EnumSource
  void newVisitsArriveByThemselves(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 5);
    try (Importer importer = importer(directory)) {
      await().atMost(SOON).until(() -> history.entries().size() == 5);
      profile.visits(6, 2);
      await().atMost(SOON).until(() -> history.entries().size() == 7);
      assertThat(importer.profiles().get(0).importedVisits()).isEqualTo(7);
      assertThat(importer.profiles().get(0).lastRun()).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void clearedHistoryWithNumbersGivenAgainIsReadFromTheStart(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 40);
    importOnce(directory);
    profile.execute("DELETE FROM " + family.visitTable);
    profile.execute("DELETE FROM " + family.placeTable);
    try (Connection connection = profile.open()) {
      for (int row = 1; row <= 50; row++) {
        profile.visit(
            connection,
            row,
            "http://new.example.org/" + row,
            "New " + row,
            FakeProfile.FIRST_MICROS + 500_000_000L + row,
            0,
            1);
      }
    }
    importOnce(directory);
    assertThat(history.entries()).hasSize(90);
    assertThat(titles()).contains("Page 1", "New 1", "New 50");
    assertThat(history.entries()).extracting(Entry::visitId).doesNotHaveDuplicates();
  }

  @Test
  void lastVisitDeletedThenAnotherUnderItsNumber() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    profile.visits(1, 3);
    importOnce(directory);
    profile.execute("DELETE FROM moz_historyvisits WHERE id = 3");
    try (Connection connection = profile.open()) {
      profile.visit(
          connection, 3, "http://other.example.org/", "Other", FakeProfile.FIRST_MICROS + 77, 0, 1);
    }
    importOnce(directory);
    assertThat(titles()).containsExactlyInAnyOrder("Page 1", "Page 2", "Page 3", "Other");
  }

  @ParameterizedTest
  @EnumSource
  void readsPastTheLockOfAnotherProcessAndWithItsLog(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 3);
    long bytes = Files.size(profile.database());
    try (Holder holder = Holder.of(profile)) {
      holder.execute(
          family == Family.FIREFOX
              ? "UPDATE moz_places SET title = 'From the log'"
              : "UPDATE urls SET title = 'From the log'");
      importOnce(directory);
      assertThat(titles()).hasSize(3).containsOnly("From the log");
      assertThat(Files.size(profile.database())).isEqualTo(bytes);
      // The browser goes on as if nobody had been there.
      holder.execute("DELETE FROM " + family.visitTable);
    }
  }

  @Test
  void aDatabaseThatIsBehindItsLogIsNeitherClearedNorDoesItTakeTitlesBack() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    profile.visits(1, 3);
    importOnce(directory);
    try (Holder holder = Holder.of(profile);
        Importer importer = importer(directory)) {
      holder.execute("UPDATE moz_places SET title = 'From the log'");
      holder.execute(
          "INSERT INTO moz_historyvisits (id, place_id, visit_date, visit_type)"
              + " SELECT 4, max(id), max(id) + 5000000, 1 FROM moz_places");
      importer.importNow();
      // The third visit is no longer the last to its page.
      List<String> titles = List.of("From the log", "From the log", "Page 3", "From the log");
      assertThat(titles()).isEqualTo(titles);
      int changes = history.changes();
      int looks = history.borrows();
      holder.execute("UPDATE moz_places SET typed = 1");
      await().atMost(SOON).until(() -> history.borrows() >= looks + 10);

      assertThat(titles()).isEqualTo(titles);
      assertThat(history.changes()).isEqualTo(changes);
      assertThat(importer.profiles().get(0).importedVisits()).isEqualTo(4);
    }
  }

  /** The process of a database holder. */
  private record Holder(Process process, BufferedReader out) implements AutoCloseable {
    static Holder of(FakeProfile profile) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  DatabaseHolder.class.getName(),
                  profile.database().toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Holder holder =
          new Holder(
              process,
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
      holder.expect("held");
      return holder;
    }

    void execute(String sql) throws IOException {
      OutputStream in = process.getOutputStream();
      in.write((sql + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
      expect("done");
    }

    private void expect(String word) throws IOException {
      assertThat(out.readLine()).isEqualTo(word);
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      await().atMost(SOON).until(() -> !process.isAlive());
    }
  }

  @Test
  void aTransactionThatWasNotFinishedIsNotSeen() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    profile.visits(1, 200);
    try (Connection connection = profile.open();
        Statement statement = connection.createStatement()) {
      // A cache of one page forces what is not committed into the file.
      statement.execute("PRAGMA cache_size = 1");
      statement.execute("BEGIN");
      statement.execute("UPDATE urls SET title = title || ' half way'");
      assertThat(Files.size(directory.resolve("Default/History-journal"))).isPositive();
      importOnce(directory);
      statement.execute("ROLLBACK");
    }
    assertThat(titles()).hasSize(200).noneMatch(title -> title.contains("half way"));
  }

  @Test
  void whatIsExcludedIsNeverStored() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    profile.visit(1, "http://keep.example.com/", "kept");
    profile.visit(2, "http://example.org/", "host");
    profile.visit(3, "https://user@Deep.Bank.example:8443/x", "below");
    profile.visit(4, "http://keep.example.com/a/Private/b", "pattern");
    profile.visit(5, "chrome://settings/", "scheme");
    profile.visit(6, "javascript:alert(1)", "scheme");
    profile.visit(7, "http://example.org.evil.example.com/", "another host");
    Exclusions exclusions =
        Exclusions.of(
            Settings.DEFAULT_SCHEMES,
            List.of("example.org", "*.bank.example"),
            List.of("*/private/*"));
    try (Importer importer = importer(exclusions, directory)) {
      importer.importNow();
      importer.importNow();
      assertThat(titles()).containsExactlyInAnyOrder("kept", "another host");
      assertThat(importer.profiles().get(0).skipped())
          .containsOnly(entry(SkipReason.EXCLUDED, 3L), entry(SkipReason.SCHEME, 2L));
      assertThat(importer.profiles().get(0).importedVisits()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oddValuesAreHandled(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    String tooLong = "http://long.example.org/" + "x".repeat(Bounds.MAX_URL_CHARS);
    String cutTitle = "a".repeat(Bounds.MAX_TITLE_CHARS - 1) + "🌊 and more";
    long farAhead = (System.currentTimeMillis() + 30L * 86_400_000) * 1_000 + 7;
    try (Connection connection = profile.open()) {
      long time = FakeProfile.FIRST_MICROS;
      profile.visit(connection, 1, tooLong, "long", time + 1, 0, 1);
      profile.visit(connection, 2, "http://zero.example.org/", "zero", 0, 0, 1);
      profile.visit(connection, 3, "http://cut.example.org/", cutTitle, time + 3, 0, 1);
      profile.visit(connection, 4, "http://ahead.example.org/", "ahead", farAhead, 0, 1);
      profile.visit(connection, 5, "http://odd.example.org/", "odd", time + 5, 77, 99);
      profile.visit(connection, 6, "http://never.example.org/", "never", Long.MAX_VALUE / 3, 0, 1);
    }
    ProfileStatus status = statusAfterImport(directory);
    assertThat(status.problem()).isNull();
    assertThat(status.skipped())
        .isEqualTo(
            Map.of(SkipReason.URL_TOO_LONG, 1L, SkipReason.BAD_TIME, 2L, SkipReason.FUTURE, 1L));
    assertThat(titles()).containsExactly("a".repeat(Bounds.MAX_TITLE_CHARS - 1), "odd");
    Entry odd = history.entries().get(1);
    assertThat(odd.transition()).isEqualTo("link");
    assertThat(odd.referringVisitId()).isEqualTo("0");
  }

  @Test
  void aVisitOfAnotherDeviceIsLeftToThatDevice() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    profile.visits(1, 2);
    profile.execute("UPDATE visits SET originator_cache_guid = 'phone' WHERE id = 2");
    assertThat(statusAfterImport(directory).skipped())
        .containsOnly(entry(SkipReason.OTHER_DEVICE, 1L));
    assertThat(titles()).containsExactly("Page 1");
  }

  @Test
  void olderSchemasAreReadToo() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    profile.visits(1, 2);
    profile.execute("DROP INDEX visits_originator_id_index");
    profile.execute("ALTER TABLE visits DROP COLUMN originator_cache_guid");
    profile.execute("ALTER TABLE urls DROP COLUMN hidden");
    assertThat(statusAfterImport(directory).problem()).isNull();
    assertThat(titles()).hasSize(2);
  }

  /**
   * One wrong bit can make a row number smaller, and the import would go on from there for ever.
   */
  @ParameterizedTest
  @EnumSource(Family.class)
  void rowsThatAreOutOfOrderEndTheImport(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 300);
    byte[] sound = Files.readAllBytes(profile.database());
    int ends = 0;
    for (int at = 0; at < sound.length - 1; at++) {
      // Row 300 as SQLite writes it, in the head of its cell or by chance elsewhere.
      if (sound[at] != (byte) 0x82 || sound[at + 1] != 0x2c) {
        continue;
      }
      byte[] damaged = sound.clone();
      damaged[at] = (byte) 0x80; // row 44
      Files.write(profile.database(), damaged);
      Files.setLastModifiedTime(profile.database(), FileTime.from(Instant.EPOCH));
      history.forget();

      ProfileStatus status = statusAfterImport(profile.directory());

      String problem = status.problem();
      ends += problem != null && problem.contains("out of order") ? 1 : 0;
      assertThat(history.merges()).isLessThan(100);
    }
    assertThat(ends).isPositive();
  }

  /** A view may run for ever, and none of a browser's tables is one. */
  @Test
  void aViewInThePlaceOfATableIsNotRead() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    profile.visits(1, 2);
    profile.execute("ALTER TABLE visits RENAME TO before");
    profile.execute(
        "CREATE VIEW visits AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            + " SELECT i AS id, 1 AS url, 13000000000000000 AS visit_time, 0 AS from_visit,"
            + " 0 AS transition FROM n");

    assertThat(statusAfterImport(profile.directory()).problem())
        .contains("table visits is missing");
  }

  @Test
  void whatBreaksInOneProfileDoesNotStopTheOthers() throws Exception {
    FakeProfile bad = FakeProfile.empty(Family.CHROMIUM, directory.resolve("bad"));
    bad.visit(1, "https://bad.example/", "Bad");
    FakeProfile good = FakeProfile.empty(Family.FIREFOX, directory.resolve("good"));
    good.visit(1, "https://good.example/", "Good");
    history.poison("Bad");

    try (Importer importer = importer(bad.directory(), good.directory())) {
      importer.importNow();

      assertThat(importer.profiles().get(0).problem())
          .contains("NoClassDefFoundError: a part of the store is missing");
      assertThat(importer.profiles().get(1).problem()).isNull();
      assertThat(titles()).containsExactly("Good");
    }
  }

  @Test
  void oneBrokenProfileDoesNotStopTheOthers() throws Exception {
    FakeProfile good = FakeProfile.empty(Family.FIREFOX, directory.resolve("good"));
    good.visits(1, 2);
    FakeProfile strange = FakeProfile.empty(Family.CHROMIUM, directory.resolve("strange"));
    strange.execute("ALTER TABLE visits RENAME COLUMN visit_time TO moment");
    FakeProfile corrupt = FakeProfile.empty(Family.FIREFOX, directory.resolve("corrupt"));
    Files.writeString(corrupt.database(), "this is no database ".repeat(500));
    Path nowhere = directory.resolve("nowhere");
    try (Importer importer =
        importer(strange.directory(), corrupt.directory(), nowhere, good.directory())) {
      importer.importNow();
      List<ProfileStatus> statuses = importer.profiles();
      assertThat(statuses).hasSize(4);
      assertThat(statuses.get(0).problem())
          .contains("does not exist; check the path")
          .contains("nowhere");
      assertThat(statuses.get(1).problem()).contains("column visit_time of table visits");
      assertThat(statuses.get(2).problem()).contains("Firefox could not be read");
      assertThat(statuses.get(3).problem()).isNull();
      assertThat(titles()).containsExactly("Page 1", "Page 2");
      strange.execute("ALTER TABLE visits RENAME COLUMN moment TO visit_time");
      strange.visits(3, 1);
      await().atMost(SOON).until(() -> titles().size() == 3);
      await().atMost(SOON).until(() -> importer.profiles().get(1).problem() == null);
    }
  }

  @Test
  void aNewVisitWaitsAWhileForItsTitle() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    try (Importer importer = importer(directory);
        Connection connection = profile.open()) {
      long now = System.currentTimeMillis() * 1_000;
      profile.visit(connection, 1, "http://slow.example.org/", "", now, 0, 1);
      importer.importNow();
      assertThat(history.entries()).isEmpty();
      profile.execute("UPDATE moz_places SET title = 'There it is'");
      await().atMost(SOON).until(() -> titles().equals(List.of("There it is")));
    }
  }

  @Test
  void anUnchangedDatabaseIsNotCopiedAgain() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    profile.visits(1, 20);
    try (Importer importer = importer(directory)) {
      importer.importNow();
      Instant first = importer.profiles().get(0).lastRun();
      int looks = history.borrows();
      await().atMost(SOON).until(() -> history.borrows() >= looks + 10);
      assertThat(importer.profiles().get(0).lastRun()).isEqualTo(first);
      assertThat(history.merges()).isEqualTo(1);
    }
  }

  @Test
  void anotherStorageGetsEverythingAgain() throws Exception {
    FakeProfile.empty(Family.FIREFOX, directory).visits(1, 20);
    try (Importer importer = importer(directory)) {
      await().atMost(SOON).until(() -> history.entries().size() == 20);
      history.forget();
      await().atMost(SOON).until(() -> history.entries().size() == 20);
      assertThat(importer.profiles().get(0).importedVisits()).isEqualTo(20);
    }
  }

  @Test
  void aFullStorageIsTriedAgain() throws Exception {
    FakeProfile.empty(Family.FIREFOX, directory).visits(1, 20);
    history.full(true);
    try (Importer importer = importer(directory)) {
      importer.importNow();
      assertThat(importer.profiles().get(0).problem()).contains("No space is left.");
      history.full(false);
      await().atMost(SOON).until(() -> history.entries().size() == 20);
      await().atMost(SOON).until(() -> importer.profiles().get(0).problem() == null);
    }
  }

  @Test
  void closingDoesNotWaitForAStorage() throws Exception {
    FakeProfile.empty(Family.FIREFOX, directory).visits(1, 20);
    history.away(true);
    Importer importer = importer(directory);
    await().atMost(SOON).until(() -> importer.profiles().size() == 1);
    importer.close();
    importer.close();
    // The thread has ended, as after each test, while the storage is still away.
    assertThat(history.entries()).isEmpty();
  }

  @Test
  void aProfileThatComesLaterIsFound() throws Exception {
    Path later = directory.resolve("later");
    try (Importer importer = importer(later)) {
      await().atMost(SOON).until(() -> importer.profiles().size() == 1);
      assertThat(importer.profiles().get(0).problem()).isNotNull();
      FakeProfile.empty(Family.CHROMIUM, later).visits(1, 2);
      await().atMost(SOON).until(() -> history.entries().size() == 2);
      assertThat(importer.profiles()).hasSize(1);
    }
  }

  @Test
  void whatAKilledProcessLeftIsDeleted() throws Exception {
    Path leftover = Files.createTempDirectory(temporary, Workplace.PREFIX);
    Files.writeString(leftover.resolve("lock"), "");
    Files.createDirectories(leftover.resolve("copy"));
    Files.writeString(leftover.resolve("copy/History"), "secret");
    Files.setLastModifiedTime(leftover, FileTime.from(Instant.now().minusSeconds(60)));
    try (Importer importer = importer(directory)) {
      importer.importNow();
      assertThat(leftover).doesNotExist();
      assertThat(ownWorkplaces()).hasSize(1);
      assertThat(Files.getPosixFilePermissions(ownWorkplaces().get(0))).hasSize(3);
    }
  }

  /** A search lists folders, and sweeps what killed processes left; a round asks for the marks. */
  @Test
  void aMissingProfileIsNotSearchedForInEachRound() throws Exception {
    FakeProfile.empty(Family.FIREFOX, directory).visits(1, 1);
    try (Importer importer = importer(directory, directory.resolve("nothing"))) {
      importer.importNow();
      Path leftover = Files.createTempDirectory(temporary, Workplace.PREFIX);
      Files.setLastModifiedTime(leftover, FileTime.from(Instant.now().minusSeconds(60)));
      int before = history.borrows();
      await().atMost(SOON).until(() -> history.borrows() >= before + 10);
      assertThat(leftover).exists();

      importer.importNow();
      assertThat(leftover).doesNotExist();
    }
  }

  @Test
  void aDatabaseThatIsWrittenAllTheTimeIsReadWhole() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    Consumer<Integer> write =
        row -> {
          try {
            profile.visits(row, 1);
          } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
          }
        };
    try (Importer importer = importer(directory)) {
      for (int row = 1; row <= 400; row++) {
        write.accept(row);
      }
      await().atMost(SOON).until(() -> history.entries().size() == 400);
      assertThat(importer.profiles().get(0).problem()).isNull();
      assertThat(history.changes()).isEqualTo(400);
    }
  }
}
