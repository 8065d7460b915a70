// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a database is read where it is, and when only a copy of it is sound. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class InPlaceTest {
  private final Path directory;

  InPlaceTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static int rows(Snapshot snapshot, Family family) throws Exception {
    try (Statement statement = snapshot.connection().createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM " + family.visitTable)) {
      return count.getInt(1);
    }
  }

  private static void run(Connection connection, String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static WriteAheadLog.State state(FakeProfile profile) throws IOException {
    return new SourceFiles(profile.database()).state();
  }

  @ParameterizedTest
  @EnumSource
  void aDatabaseAtRestIsReadInPlaceAndNotTouched(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory.resolve("50% of #1 é"));
    profile.visits(1, 20);
    byte[] before = Files.readAllBytes(profile.database());
    try (Snapshot snapshot = Snapshot.inPlace(new SourceFiles(profile.database())).orElseThrow()) {
      assertThat(rows(snapshot, family)).isEqualTo(20);
      assertThat(snapshot.isComplete()).isTrue();
      assertThatThrownBy(
              () -> {
                try (Statement statement = snapshot.connection().createStatement()) {
                  statement.executeUpdate("DELETE FROM " + family.visitTable);
                }
              })
          .hasMessageContaining("readonly");
      snapshot.requireUnchanged();
    }
    assertThat(profile.database()).hasBinaryContent(before);
    try (var files = Files.list(profile.directory())) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .noneMatch(name -> name.matches(".*-(wal|shm|journal)"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatChangesWhileItIsReadIsNotBelieved(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 20);
    try (Snapshot snapshot = Snapshot.inPlace(new SourceFiles(profile.database())).orElseThrow()) {
      rows(snapshot, family);
      profile.visits(21, 1);

      assertThatThrownBy(snapshot::requireUnchanged).isInstanceOf(Snapshot.ChangedException.class);
    }
  }

  @Test
  void aJournalThatMustBeRolledBackNeedsACopy() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    profile.visits(1, 200);
    try (Connection connection = profile.open();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("UPDATE urls SET title = 'begun' WHERE id IN (SELECT url FROM visits)");
      assertThat(Files.size(profile.directory().resolve("History-journal"))).isPositive();
      // In the memory of the browser alone: the database is that of before.
      assertThat(state(profile)).isEqualTo(WriteAheadLog.State.COMPLETE);

      statement.execute("PRAGMA cache_size = 1");
      statement.execute("UPDATE urls SET title = 'spilled'");
      assertThat(state(profile)).isEqualTo(WriteAheadLog.State.MIXED);
      assertThat(Snapshot.inPlace(new SourceFiles(profile.database()))).isEmpty();
      statement.execute("ROLLBACK");
    }
    assertThat(state(profile)).isEqualTo(WriteAheadLog.State.COMPLETE);
  }

  @Test
  void theLogTellsHowMuchOfItIsInTheDatabase() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    profile.visits(1, 20);
    assertThat(state(profile)).isEqualTo(WriteAheadLog.State.COMPLETE);
    try (Connection connection = profile.open()) {
      run(connection, "PRAGMA wal_autocheckpoint = 0");
      for (int generation = 0; generation < 3; generation++) {
        long row = 100 + generation * 10L;
        profile.visit(connection, row, "http://a.example/" + row, "A", row * 1_000_000, 0, 1);
        profile.visit(connection, row + 1, "http://b.example/" + row, "B", row + 7, 0, 1);
        assertThat(state(profile)).isEqualTo(WriteAheadLog.State.BEHIND);
        try (Snapshot behind =
            Snapshot.inPlace(new SourceFiles(profile.database())).orElseThrow()) {
          assertThat(behind.isComplete()).isFalse();
          assertThat(rows(behind, Family.FIREFOX)).isEqualTo(20 + generation * 2);
        }
        run(connection, "PRAGMA wal_checkpoint(FULL)");
        assertThat(state(profile)).isEqualTo(WriteAheadLog.State.COMPLETE);
      }
      assertThat(Files.size(directory.resolve("places.sqlite-wal"))).isPositive();
    }
  }

  /** The process died while it copied the log into the database. */
  @Test
  void aCheckpointThatWasInterruptedNeedsACopy() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory.resolve("running"));
    FakeProfile dead = new FakeProfile(Family.FIREFOX, directory.resolve("dead"));
    Files.createDirectories(dead.directory());
    try (Connection connection = profile.open();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_autocheckpoint = 0");
      profile.visit(connection, 1, "http://a.example/", "A", 1_000_000, 0, 1);
      profile.visit(connection, 2, "http://b.example/", "B", 2_000_000, 0, 1);
      for (String name : new String[] {"places.sqlite", "places.sqlite-wal"}) {
        Files.copy(
            profile.directory().resolve(name),
            dead.directory().resolve(name),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    assertThat(state(dead)).isEqualTo(WriteAheadLog.State.BEHIND);
    try (RandomAccessFile log =
            new RandomAccessFile(dead.directory().resolve("places.sqlite-wal").toFile(), "r");
        RandomAccessFile main = new RandomAccessFile(dead.database().toFile(), "rw")) {
      byte[] page = new byte[1024];
      log.seek(log.length() - 1024 - 24);
      int number = log.readInt();
      log.seek(log.length() - 1024);
      log.readFully(page);
      main.seek((number - 1) * 1024L);
      main.write(page);
    }

    assertThat(state(dead)).isEqualTo(WriteAheadLog.State.MIXED);
    Optional<Snapshot> nothing = Snapshot.inPlace(new SourceFiles(dead.database()));
    assertThat(nothing).isEmpty();
  }

  @Test
  void aLogOfNoiseIsNoLog() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    Path log = directory.resolve("places.sqlite-wal");
    Files.write(log, new byte[100_000]);
    assertThat(state(profile)).isEqualTo(WriteAheadLog.State.MIXED);
    Files.write(log, new byte[0]);
    assertThat(state(profile)).isEqualTo(WriteAheadLog.State.COMPLETE);
  }
}
