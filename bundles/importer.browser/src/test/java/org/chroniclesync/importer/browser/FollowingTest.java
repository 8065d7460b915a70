// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person deletes in a browser goes, if wanted; what the browser drops stays. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class FollowingTest {
  private static final PeerId SELF = new PeerId("peer-a");
  private static final int VISITS = 60;
  private static final long DAY_MICROS = 86_400_000_000L;
  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;
  private final Path temporary;
  private final long nowMicros = System.currentTimeMillis() * 1_000;

  FollowingTest(@TempDir Path directory, @TempDir Path temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  /** Visits one a day, the first today, the last older than the browsers keep. */
  private FakeProfile profile(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory.resolve("p"));
    visits(profile, VISITS);
    return profile;
  }

  private void visits(FakeProfile profile, int count) throws SQLException {
    try (Connection connection = profile.open()) {
      connection.setAutoCommit(false);
      for (int row = 1; row <= count; row++) {
        long micros = nowMicros - (count - row) * DAY_MICROS / 2 - 60_000_000;
        profile.visit(connection, row, page(row), "Page " + row, micros, 0, 1);
      }
      connection.commit();
    }
  }

  private static String page(int row) {
    return "https://site.example/" + (1_000 + row);
  }

  private Importer importer(FakeProfile profile, boolean follows) {
    Settings settings =
        new Settings(
            List.of(profile.directory()),
            Settings.MAX_INTERVAL_MILLIS,
            100,
            Exclusions.of(Settings.DEFAULT_SCHEMES, List.of(), List.of()),
            follows);
    return new Importer(
            history,
            SELF,
            Consents.of(history),
            settings,
            () -> null,
            ProfileFinder.ofThisMachine(),
            temporary)
        .start();
  }

  private static void forget(FakeProfile profile, String condition) throws SQLException {
    Family family = profile.family();
    profile.execute("DELETE FROM " + family.visitTable + " WHERE " + condition);
  }

  private long waiting(Importer importer) {
    return importer.profiles().get(0).vanished();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aPageThatWasDeletedGoesAndOneThatExpiredStays(Family family) throws Exception {
    FakeProfile profile = profile(family);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      assertThat(history.entries()).hasSize(VISITS);
      forget(profile, "id IN (41, 42) OR id <= 7");
      importer.importNow();

      assertThat(history.deletions.pages()).containsExactly(List.of(page(41), page(42)));
      assertThat(history.entries()).hasSize(VISITS - 2);
      assertThat(waiting(importer)).isZero();
      importer.importNow();
      assertThat(history.deletions.pages()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void theLastHourGoesThoughTheLastRowIsGoneThen(Family family) throws Exception {
    FakeProfile profile = profile(family);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      forget(profile, "id >= 59");
      importer.importNow();

      assertThat(history.deletions.pages()).containsExactly(List.of(page(59), page(60)));
      assertThat(history.entries()).hasSize(VISITS - 2);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void byDefaultAllIsKept(Family family) throws Exception {
    FakeProfile profile = profile(family);
    try (Importer importer = importer(profile, false)) {
      importer.importNow();
      forget(profile, "id IN (41, 42)");
      importer.importNow();

      assertThat(history.deletions.pages()).isEmpty();
      assertThat(history.entries()).hasSize(VISITS);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void manyAtOnceWaitForAWordAndGoWithIt(Family family) throws Exception {
    FakeProfile profile = profile(family);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      forget(profile, "id > 20 AND id < 55");
      importer.importNow();

      assertThat(history.deletions.pages()).isEmpty();
      assertThat(waiting(importer)).isEqualTo(34);
      assertThat(importer.parts())
          .filteredOn(part -> part.name().startsWith("vanished from"))
          .singleElement()
          .satisfies(part -> assertThat(part.state()).isInstanceOf(Part.Degraded.class));
      importer.settle(profile.directory(), true);
      assertThat(history.deletions.pages()).singleElement().matches(pages -> pages.size() == 34);
      assertThat(waiting(importer)).isZero();
    }
  }

  @Test
  void whatIsKeptIsKeptForGoodAlsoAfterARestart() throws Exception {
    FakeProfile profile = profile(Family.CHROMIUM);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      forget(profile, "id > 20 AND id < 55");
      importer.importNow();
      importer.settle(profile.directory(), false);
      assertThat(waiting(importer)).isZero();
      assertThatThrownBy(() -> importer.settle(profile.directory(), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("waits for an answer");
    }
    try (Importer importer = importer(profile, true)) {
      forget(profile, "id = 58");
      importer.importNow();
      assertThat(waiting(importer)).isZero();
      assertThat(history.deletions.pages()).isEmpty();
      assertThat(history.entries()).hasSize(VISITS);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aProfileThatWasResetDeletesNothing(Family family) throws Exception {
    FakeProfile profile = profile(family);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      forget(profile, "1");
      importer.importNow();

      assertThat(history.deletions.pages()).isEmpty();
      assertThat(waiting(importer)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aProfileThatWasReplacedDeletesNothing(Family family) throws Exception {
    FakeProfile profile = profile(family);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      Path other = directory.resolve("other");
      Files.copy(profile.database(), other);
      forget(new FakeProfile(family, profile.directory()), "id = 41");
      Files.move(other, profile.database(), StandardCopyOption.REPLACE_EXISTING);
      forget(profile, "id = 42");
      importer.importNow();

      assertThat(history.deletions.pages()).isEmpty();
      assertThat(waiting(importer)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aBackupThatWasWrittenOverItDeletesNothing(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory.resolve("p"));
    visits(profile, VISITS);
    byte[] backup = Files.readAllBytes(profile.database());
    try (Importer importer = importer(profile, true)) {
      // Firefox counts what changes the size of the file, and not each visit.
      try (Connection connection = profile.open()) {
        for (int row = 61; row <= 75; row++) {
          String url = page(row) + "?" + "x".repeat(900);
          profile.visit(connection, row, url, "Later", nowMicros - 30_000_000 + row, 0, 1);
        }
      }
      importer.importNow();
      assertThat(history.entries()).hasSize(VISITS + 15);
      Files.write(profile.database(), backup);
      importer.importNow();

      assertThat(history.deletions.pages()).isEmpty();
      assertThat(waiting(importer)).isEqualTo(15);
    }
  }

  @Test
  void whatWasBroughtBackStays() throws Exception {
    FakeProfile profile = profile(Family.FIREFOX);
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      forget(profile, "id = 41");
      importer.importNow();
      history.deletions.undo(1);
      forget(profile, "id = 42");
      importer.importNow();

      assertThat(history.deletions.pages()).containsExactly(List.of(page(41)), List.of(page(42)));
      assertThat(history.entries()).extracting(Entry::url).contains(page(41));
    }
  }

  @Test
  void whatWasDeletedBeforeItWasToFollowIsAskedAbout() throws Exception {
    FakeProfile profile = profile(Family.CHROMIUM);
    try (Importer importer = importer(profile, false)) {
      importer.importNow();
    }
    forget(profile, "id = 41");
    try (Importer importer = importer(profile, true)) {
      importer.importNow();
      assertThat(history.deletions.pages()).isEmpty();
      assertThat(waiting(importer)).isEqualTo(1);
    }
  }

  @Test
  void whatIsLoggedIsSoAndNamesWhoLacksIt() {
    Instant at = Instant.parse("2026-11-30T09:00:00Z");
    KnownDevice away = new KnownDevice(new PeerId("peer-b"), true, "tablet", at, at);
    Deletion undoable =
        new Deletion(
            7,
            at,
            12,
            Deletion.State.UNDOABLE,
            at.plusSeconds(600),
            null,
            List.of(),
            List.of(away));
    assertThat(Following.told(undoable, "Firefox"))
        .contains("Firefox", "on this device: 12.", "have still to hear of it: 1.", "Undo 7 ")
        .doesNotContain("all devices");
    Deletion failed =
        new Deletion(8, at, 3, Deletion.State.FAILED, null, "full", List.of(), List.of());
    assertThat(Following.told(failed, "Firefox"))
        .contains("3, the rest is tried again")
        .doesNotContain("Undo");
  }
}
