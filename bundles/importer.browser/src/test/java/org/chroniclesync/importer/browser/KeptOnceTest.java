// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A visit stands once, wherever its profile lies and whoever passes it on. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class KeptOnceTest {
  private static final PeerId SELF = new PeerId("peer-a");
  private static final PeerId PEER = new PeerId("peer-b");
  private static final long TIME = FakeProfile.FIRST_MICROS;
  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;
  private final Path temporary;

  KeptOnceTest(@TempDir Path directory, @TempDir Path temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  private ProfileStatus imported(Path profile) {
    return imported(history, SELF, profile);
  }

  private ProfileStatus imported(MemoryHistory into, PeerId self, Path profile) {
    Exclusions exclusions = Exclusions.of(Settings.DEFAULT_SCHEMES, List.of(), List.of());
    Settings settings =
        new Settings(List.of(profile), Settings.MIN_INTERVAL_MILLIS, 100, exclusions);
    try (Importer importer =
        new Importer(
                into,
                self,
                Consents.of(into),
                settings,
                () -> null,
                ProfileFinder.ofThisMachine(),
                temporary)
            .start()) {
      importer.importNow();
      assertThat(importer.profiles()).singleElement().matches(one -> one.problem() == null);
      return importer.profiles().get(0);
    }
  }

  private List<String> titles() {
    return history.entries().stream().map(Entry::title).toList();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void whatWasDeletedDoesNotComeBackFromACopyOfItsProfile(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory.resolve("one"));
    profile.visits(1, 20);
    imported(profile.directory());
    List<Entry> before = history.entries();
    Entry gone = before.get(4);
    long now = System.currentTimeMillis();
    history.merge(Batch.of(List.of(gone.tombstone(now), before.get(9).tombstone(now))));
    Path copy = Files.createDirectories(directory.resolve("two"));
    copy(profile.directory(), copy.resolve("p"));

    ProfileStatus status = imported(copy.resolve("p"));

    assertThat(status.skipped())
        .containsEntry(SkipReason.DELETED, 2L)
        .containsEntry(SkipReason.KNOWN, 18L);
    assertThat(history.entries()).hasSize(18).doesNotContain(gone);
    MemoryHistory other = new MemoryHistory();
    other.merge(Batch.of(history.versions()));
    imported(other, PEER, copy.resolve("p"));
    assertThat(other.entries()).as("on another device, too").hasSize(18);
  }

  @Test
  void theCaseOfTwoProfilesWithTheSameVisits() throws Exception {
    FakeProfile.ofCase(Family.FIREFOX, "same-visits.sql", directory.resolve("1"));
    FakeProfile.ofCase(Family.FIREFOX, "same-visits.sql", directory.resolve("2"));

    imported(directory.resolve("1"));
    ProfileStatus second = imported(directory.resolve("2"));

    assertThat(titles()).containsExactly("Page 0", "Page 1", "Page 2");
    assertThat(second.skipped()).isEqualTo(Map.of(SkipReason.KNOWN, 3L));
  }

  @ParameterizedTest
  @EnumSource
  void aProfileThatWasMovedOrRefreshedIsNotImportedAgain(Family family) throws Exception {
    FakeProfile before = FakeProfile.empty(family, directory.resolve("before"));
    before.visits(1, 250);
    imported(before.directory());
    copy(directory.resolve("before"), directory.resolve("after"));
    FakeProfile after =
        new FakeProfile(
            family, directory.resolve("after").resolve(family == Family.CHROMIUM ? "Default" : ""));
    after.visits(251, 30);

    ProfileStatus status = imported(after.directory());
    imported(after.directory());

    assertThat(history.entries()).hasSize(280);
    assertThat(titles()).doesNotHaveDuplicates();
    assertThat(status.importedVisits()).isEqualTo(30);
    assertThat(status.skipped()).isEqualTo(Map.of(SkipReason.KNOWN, 250L));
  }

  @ParameterizedTest
  @EnumSource
  void aCopyOnAnotherNodeIsKnown(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 20);
    imported(history, PEER, profile.directory());

    imported(profile.directory());

    assertThat(history.entries()).hasSize(20);
  }

  @ParameterizedTest
  @EnumSource
  void aProfileWithASingleVisitThatWasMovedIsKnown(Family family) throws Exception {
    FakeProfile one = FakeProfile.empty(family, directory.resolve("1"));
    one.visits(1, 1);
    imported(one.directory());
    FakeProfile two = FakeProfile.empty(family, directory.resolve("2"));
    two.visits(1, 1);

    imported(two.directory());

    assertThat(history.entries()).hasSize(1);
  }

  @Test
  void whatFirefoxSyncBroughtIsNotThisDevicesOwn() throws Exception {
    FakeProfile other = FakeProfile.empty(Family.FIREFOX, directory.resolve("other"));
    FakeProfile own = FakeProfile.empty(Family.FIREFOX, directory.resolve("own"));
    try (Connection theirs = other.open();
        Connection ours = own.open()) {
      other.visit(theirs, 1, "http://a.example/", "A", TIME + 123_456, 0, 1);
      own.visit(ours, 1, "http://b.example/", "B", TIME + 222_222, 0, 1);
      own.visit(ours, 2, "http://a.example/", "A", TIME + 123_000, 0, 1);
    }
    imported(history, PEER, other.directory());

    ProfileStatus status = imported(own.directory());

    assertThat(titles()).containsExactly("A", "B");
    assertThat(status.skipped()).isEqualTo(Map.of(SkipReason.KNOWN, 1L));
  }

  @ParameterizedTest
  @EnumSource
  void twoDevicesInTheSameMillisecondAreTwoVisits(Family family) throws Exception {
    FakeProfile other = FakeProfile.empty(family, directory.resolve("other"));
    FakeProfile own = FakeProfile.empty(family, directory.resolve("own"));
    try (Connection theirs = other.open();
        Connection ours = own.open()) {
      for (int row = 1; row <= 4; row++) {
        String url = "http://a.example/" + (row == 2 ? "" : row);
        other.visit(theirs, row, url, "Theirs", TIME + row * 1_000_100L, 0, 1);
        own.visit(ours, row, url + (row == 2 ? "" : "x"), "Ours", TIME + row * 1_000_100L, 0, 1);
      }
      other.visit(theirs, 5, "http://b.example/", "Theirs", TIME + 9_000_100L, 0, 1);
      own.visit(ours, 5, "http://b.example/", "Ours", TIME + 9_000_200L, 0, 1);
    }
    imported(history, PEER, other.directory());

    imported(own.directory());

    assertThat(history.entries()).hasSize(10);
    assertThat(history.entries())
        .filteredOn(one -> one.url().equals("http://a.example/"))
        .hasSize(2);
    assertThat(history.entries())
        .filteredOn(one -> one.url().equals("http://b.example/"))
        .hasSize(2);
  }

  @Test
  void chromiumAndFirefoxInTheSameMicrosecondAreTwoVisits() throws Exception {
    FakeProfile other = FakeProfile.empty(Family.CHROMIUM, directory.resolve("other"));
    FakeProfile own = FakeProfile.empty(Family.FIREFOX, directory.resolve("own"));
    other.visits(1, 1);
    own.visits(1, 1);
    imported(history, PEER, other.directory());

    imported(own.directory());

    assertThat(history.entries()).hasSize(2);
  }

  /** The marks of versions before said less; what they imported has the names that it had. */
  @ParameterizedTest
  @EnumSource
  void anUpdateRecognisesWhatItImportedAndDropsWhatItShouldNotHave(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 150);
    ProfileStatus status = imported(profile.directory());
    List<Entry> before = history.entries();
    String frame = family == Family.CHROMIUM ? "transition = 3" : "visit_type = 8";
    profile.execute("UPDATE " + family.visitTable + " SET " + frame + " WHERE id = 7");
    String mark = "import/" + status.deviceId();
    history.merge(new Batch(List.of(), null, Map.of(mark, "1 150 5 150")));

    ProfileStatus updated = imported(profile.directory());

    assertThat(history.entries()).hasSize(149).allMatch(before::contains);
    assertThat(titles()).doesNotContain("Page 7");
    assertThat(updated.importedVisits()).isEqualTo(149);
    assertThat(updated.skipped()).isEqualTo(Map.of(SkipReason.HIDDEN, 1L));
  }

  /** What a version before this one imported from a copy. */
  private void importedTwice(FakeProfile profile, Path copy) throws Exception {
    imported(profile.directory());
    MemoryHistory before = new MemoryHistory();
    FakeProfile second = FakeProfile.empty(profile.family(), copy);
    Files.copy(profile.database(), second.database(), StandardCopyOption.REPLACE_EXISTING);
    ProfileStatus status = imported(before, SELF, second.directory());
    String mark = "import/" + status.deviceId();
    history.merge(new Batch(before.entries(), null, Map.of(mark, "1 1 1 1")));
  }

  @ParameterizedTest
  @EnumSource
  void twinsOfEarlierVersionsGo(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory.resolve("1"));
    profile.visits(1, 30);
    importedTwice(profile, directory.resolve("2"));
    assertThat(history.entries()).hasSize(60);

    imported(profile.directory());

    assertThat(titles()).hasSize(30).doesNotHaveDuplicates();
    int changes = history.changes();
    imported(profile.directory());
    assertThat(history.changes()).isEqualTo(changes);
  }

  /** Whatever they did before they met, and in whatever order they look. */
  @ParameterizedTest
  @EnumSource
  void twoNodesWithCopiesKeepEachVisitOnceWhenTheyMeet(Family family) throws Exception {
    MemoryHistory theirs = new MemoryHistory();
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visits(1, 30);
    imported(profile.directory());
    imported(theirs, PEER, profile.directory());
    exchange(history, theirs);
    assertThat(history.entries()).hasSize(60);

    imported(profile.directory());
    imported(theirs, PEER, profile.directory());
    exchange(history, theirs);

    assertThat(titles()).hasSize(30).doesNotHaveDuplicates();
    assertThat(theirs.entries()).isEqualTo(history.entries());
  }

  private static void exchange(MemoryHistory one, MemoryHistory other) throws Exception {
    Batch ofOne = Batch.of(one.versions());
    one.merge(Batch.of(other.versions()));
    other.merge(ofOne);
  }

  @Test
  void whatAnotherNodeImportedIsLeftToIt() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory.resolve("1"));
    profile.visits(1, 10);
    MemoryHistory theirs = new MemoryHistory();
    for (String name : List.of("x", "y")) {
      imported(theirs, new PeerId(name), profile.directory());
      history.merge(Batch.of(theirs.versions()));
      theirs.forget();
    }
    FakeProfile own = FakeProfile.empty(Family.CHROMIUM, directory.resolve("2"));
    own.visits(100, 1);

    imported(own.directory());

    assertThat(history.entries()).hasSize(21);
  }

  @Test
  void whatFirefoxSyncBroughtGoesWhenTheOtherDeviceTellsOfIt() throws Exception {
    FakeProfile other = FakeProfile.empty(Family.FIREFOX, directory.resolve("other"));
    FakeProfile own = FakeProfile.empty(Family.FIREFOX, directory.resolve("own"));
    try (Connection theirs = other.open();
        Connection ours = own.open()) {
      other.visit(theirs, 1, "http://a.example/", "A", TIME + 123_456, 0, 1);
      own.visit(ours, 1, "http://b.example/", "B", TIME + 222_222, 0, 1);
      own.visit(ours, 2, "http://a.example/", "A", TIME + 123_000, 0, 1);
    }
    imported(own.directory());
    imported(history, PEER, other.directory());
    assertThat(history.entries()).hasSize(2);

    imported(own.directory());

    assertThat(titles()).containsExactly("A", "B");
    assertThat(history.entries().get(0).visitTimeMillis() * 1_000).isEqualTo(TIME + 123_456);
  }
}
