// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.support.browsers.Family;
import org.chroniclesync.support.browsers.Visit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Titles that come or change after their visits. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class TitlesTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long VISIT_MILLIS = 1_780_000_000_000L;
  private static final int MINUTE = 60_000;
  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;
  private final Path temporary;

  TitlesTest(@TempDir Path directory, @TempDir Path temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  private Importer importer(Path profile) {
    Exclusions exclusions = Exclusions.of(Settings.DEFAULT_SCHEMES, List.of(), List.of());
    Settings settings =
        new Settings(List.of(profile), Settings.MIN_INTERVAL_MILLIS, 100, exclusions);
    return new Importer(
            history,
            new PeerId("peer-a"),
            Consents.of(history),
            settings,
            () -> null,
            ProfileFinder.ofThisMachine(),
            temporary)
        .start();
  }

  private List<String> titles() {
    return history.entries().stream().map(Entry::title).toList();
  }

  @ParameterizedTest
  @EnumSource
  void aTitleThatComesOrChangesLaterArrives(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visit(1, "http://slow.example/report", "");
    profile.visit(2, "http://spa.example/#/issue/42", "Loading…");
    profile.visit(3, "http://other.example/", "Stays");
    try (Importer importer = importer(directory)) {
      importer.importNow();
      assertThat(titles()).containsExactly("", "Loading…", "Stays");
      Entry before = history.entries().get(1);

      String set = "UPDATE " + family.placeTable + " SET title = ";
      profile.execute(set + "'The quarterly report' WHERE url LIKE '%report'");
      profile.execute(set + "'Issue 42: crash on start' WHERE url LIKE '%42'");

      List<String> after = List.of("The quarterly report", "Issue 42: crash on start", "Stays");
      await().atMost(SOON).until(() -> titles().equals(after));
      assertThat(history.changes()).isEqualTo(5);
      Entry changed = history.entries().get(1);
      // By a deletion of another device that knew nothing of the correction it is outlived.
      assertThat(changed.lastModifiedMillis()).isEqualTo(before.lastModifiedMillis() + 1);
      assertThat(changed).isEqualTo(Titles.retitled(before, changed.title()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneThatChangedWhileNobodyLookedArrives(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visit(1, "http://slow.example/", "");
    try (Importer importer = importer(directory)) {
      importer.importNow();
    }
    profile.execute("UPDATE " + family.placeTable + " SET title = 'Late'");

    try (Importer importer = importer(directory)) {
      importer.importNow();
      assertThat(titles()).containsExactly("Late");
    }
  }

  /** Of an older visit to the page nobody knows what title it had. */
  @ParameterizedTest
  @EnumSource
  void onlyTheLastVisitToAPageGetsAnotherTitle(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visit(1, "http://news.example/", "Monday");
    try (Importer importer = importer(directory)) {
      importer.importNow();
      profile.visit(2, "http://news.example/", "Tuesday");
      profile.execute(
          family == Family.CHROMIUM
              ? "UPDATE visits SET url = (SELECT max(url) FROM visits)"
              : "UPDATE moz_historyvisits SET place_id = (SELECT max(place_id) FROM"
                  + " moz_historyvisits)");
      importer.importNow();
      assertThat(titles()).containsExactly("Monday", "Tuesday");

      profile.execute("UPDATE " + family.placeTable + " SET title = 'Wednesday'");
      importer.importNow();

      assertThat(titles()).containsExactly("Monday", "Wednesday");
    }
  }

  @Test
  void aPageThatTurnsOutToBeAStepOfARedirectGoes() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    try (Connection connection = profile.open()) {
      long time = FakeProfile.FIRST_MICROS;
      profile.visit(connection, 1, "http://a.example/", "Moved", time, 0, 0x30000000);
    }
    try (Importer importer = importer(directory)) {
      importer.importNow();
      assertThat(titles()).containsExactly("Moved");
      profile.execute("UPDATE visits SET transition = " + 0x10000000);
      importer.importNow();
      assertThat(titles()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPageThatCountsMakesNoVersions(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visit(1, "http://mail.example/", "Inbox");
    try (Importer importer = importer(directory)) {
      importer.importNow();
      for (int count = 1; count <= 20; count++) {
        profile.execute("UPDATE " + family.placeTable + " SET title = '(" + count + ") Inbox'");
        importer.importNow();
      }
      assertThat(titles()).containsExactly("Inbox");
      assertThat(history.changes()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTitleThatChangesAllTheTimeIsTakenOnceAndThenRarely(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    profile.visit(1, "http://clock.example/", "Clock");
    try (Importer importer = importer(directory)) {
      importer.importNow();
      for (int count = 1; count <= 20; count++) {
        profile.execute("UPDATE " + family.placeTable + " SET title = '10:" + count + "'");
        importer.importNow();
      }
      assertThat(titles()).containsExactly("10:1");
      assertThat(history.changes()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "(3) Inbox,        Inbox,           true",
    "Inbox (12) – me,  Inbox (3) – me,  true",
    "[1] Chat,         (999+) Chat,     true",
    "● Chat,           Chat,            true",
    "Issue 42,         Issue 43,        false",
    "(3),              (4),             false",
    "Loading…,         Report,          false"
  })
  void titlesThatDifferInACountAreTheSame(String one, String other, boolean same) {
    assertThat(Titles.isSame(one, other)).isEqualTo(same);
  }

  @Test
  void aDayOfNewTitlesIsADozenVersions() {
    Entry stands = entry();
    Titles titles = new Titles();
    int versions = 0;
    String last = "";
    for (int minute = 1; minute <= 24 * 60; minute++) {
      last = "At minute " + minute;
      Visit visit = visit(last);
      List<Visit> latest = List.of(visit);
      Entry now = stands;
      List<Entry> made =
          titles.versions(
              titles.changed(latest), latest, any -> now, VISIT_MILLIS + (long) minute * MINUTE);
      stands = made.isEmpty() ? stands : made.get(0);
      versions += made.size();
    }
    assertThat(versions).isEqualTo(11); // minutes 1, 2, 4, … 1,024

    List<Visit> latest = List.of(visit(last));
    Entry now = stands;
    long due = VISIT_MILLIS + 2_048L * MINUTE;
    assertThat(titles.versions(titles.changed(latest), latest, any -> now, due - 1)).isEmpty();
    assertThat(titles.isDue(due - 1)).isFalse();
    assertThat(titles.isDue(due)).isTrue();
    assertThat(titles.versions(titles.changed(latest), latest, any -> now, due))
        .extracting(Entry::title)
        .containsExactly(last);
  }

  private static Visit visit(String title) {
    long micros = VISIT_MILLIS * 1_000;
    return new Visit(
        1, micros, micros, null, 1, false, Visit.Origin.OWN, 1, 20, "http://a.example/", title);
  }

  private static Entry entry() {
    return new Entry(
        new Device(new DeviceId("device"), "", "", "Firefox", ""),
        "visit",
        "http://a.example/",
        "First",
        VISIT_MILLIS,
        "0",
        "link",
        VISIT_MILLIS,
        false,
        null,
        UnknownFields.NONE);
  }
}
