// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is a visit of this device, and what is not. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class WhatIsAVisitTest {
  private static final PeerId SELF = new PeerId("peer-a");
  private static final long TIME = FakeProfile.FIRST_MICROS;
  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;
  private final Path temporary;

  WhatIsAVisitTest(@TempDir Path directory, @TempDir Path temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  private ProfileStatus imported(Path profile, String... schemes) {
    Settings settings =
        new Settings(
            List.of(profile),
            Settings.MIN_INTERVAL_MILLIS,
            100,
            Exclusions.of(
                schemes.length == 0 ? Settings.DEFAULT_SCHEMES : List.of(schemes),
                List.of(),
                List.of()));
    try (Importer importer =
        new Importer(
                history,
                SELF,
                Consents.of(history),
                settings,
                () -> null,
                ProfileFinder.ofThisMachine(),
                temporary)
            .start()) {
      importer.importNow();
      assertThat(importer.profiles()).hasSize(1);
      return importer.profiles().get(0);
    }
  }

  private Entry entry(String title) {
    return history.entries().stream()
        .filter(one -> one.title().equals(title))
        .findFirst()
        .orElseThrow();
  }

  private List<String> titles() {
    return history.entries().stream().map(Entry::title).toList();
  }

  @Test
  void framesAndStepsOfRedirectsAreLeftOut() throws Exception {
    FakeProfile.ofCase(Family.CHROMIUM, "frames-redirects-and-crowding.sql", directory);

    ProfileStatus status = imported(directory);

    assertThat(status.importedVisits()).isEqualTo(43);
    assertThat(status.skipped()).isEqualTo(Map.of(SkipReason.HIDDEN, 9L));
    assertThat(history.entries()).noneMatch(one -> one.url().contains("ads.example"));
    assertThat(history.entries())
        .filteredOn(one -> one.url().contains("bank"))
        .extracting(Entry::url)
        .containsExactly("https://www.bank.example/home");
  }

  @Test
  void theReferrerIsFoundThroughRedirectsOfChromium() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    try (Connection connection = profile.open()) {
      profile.visit(connection, 1, "http://a.example/", "From", TIME + 1, 0, 0x30000000);
      profile.visit(connection, 2, "http://hop.example/1", "1", TIME + 2, 1, 0x10000000);
      profile.visit(connection, 3, "http://hop.example/2", "2", TIME + 3, 2, 0x80000000);
      profile.visit(connection, 4, "http://b.example/", "To", TIME + 4, 3, 0xa0000000);
      profile.visit(connection, 5, "http://frame.example/", "Frame", TIME + 5, 4, 0x30000003);
      profile.visit(connection, 6, "http://c.example/", "Out of it", TIME + 6, 5, 0x30000000);
      profile.visit(connection, 7, "http://keyword.example/", "K", TIME + 7, 0, 0x3000000a);
    }

    imported(profile.directory());

    assertThat(titles()).containsExactly("From", "To", "Out of it");
    assertThat(entry("To").referringVisitId()).isEqualTo(entry("From").visitId());
    assertThat(entry("Out of it").referringVisitId()).isEqualTo(entry("To").visitId());
  }

  @Test
  void theReferrerIsFoundThroughRedirectsOfFirefox() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    try (Connection connection = profile.open()) {
      profile.visit(connection, 1, "http://a.example/", "From", TIME + 1, 0, 1);
      profile.visit(connection, 2, "http://hop.example/1", "1", TIME + 2, 1, 2);
      profile.visit(connection, 3, "http://hop.example/2", "2", TIME + 3, 2, 5);
      profile.visit(connection, 4, "http://b.example/", "To", TIME + 4, 3, 6);
      profile.visit(connection, 5, "http://frame.example/", "Frame", TIME + 5, 4, 8);
      profile.visit(connection, 6, "http://c.example/", "Out of it", TIME + 6, 5, 1);
      profile.visit(connection, 7, "http://hidden.example/", "Hidden", TIME + 7, 6, 1);
    }
    profile.execute("UPDATE moz_places SET hidden = 1 WHERE title = 'Hidden'");

    ProfileStatus status = imported(profile.directory());

    assertThat(titles()).containsExactly("From", "To", "Out of it");
    assertThat(entry("To").referringVisitId()).isEqualTo(entry("From").visitId());
    assertThat(entry("To").transition()).isEqualTo("typed");
    assertThat(entry("Out of it").referringVisitId()).isEqualTo(entry("To").visitId());
    assertThat(status.skipped()).isEqualTo(Map.of(SkipReason.HIDDEN, 4L));
  }

  @ParameterizedTest
  @EnumSource
  void referrersThatGoInACircleEnd(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    int hop = family == Family.CHROMIUM ? 0x10000000 : 5;
    int end = family == Family.CHROMIUM ? 0xa0000000 : 6;
    try (Connection connection = profile.open()) {
      profile.visit(connection, 1, "http://hop.example/1", "1", TIME + 1, 2, hop);
      profile.visit(connection, 2, "http://hop.example/2", "2", TIME + 2, 1, hop);
      profile.visit(connection, 3, "http://b.example/", "To", TIME + 3, 2, end);
    }

    imported(profile.directory());

    assertThat(titles()).containsExactly("To");
    assertThat(entry("To").referringVisitId()).isEqualTo("0");
  }

  @Test
  void firefoxOfAndroidCountsInMilliseconds() throws Exception {
    FakeProfile.ofCase(Family.FIREFOX, "fenix-milliseconds.sql", directory);

    ProfileStatus status = imported(directory);

    assertThat(status.problem()).isNull();
    assertThat(titles()).containsExactly("Visited 2022-02-12 08:55:34 UTC on this phone");
    assertThat(history.entries().get(0).visitTimeMillis()).isEqualTo(1_644_656_134_611.0);
    assertThat(status.skipped()).isEqualTo(Map.of(SkipReason.OTHER_DEVICE, 1L));
  }

  @ParameterizedTest
  @EnumSource
  void aUnitThatMakesNoSenseIsRefused(Family family) throws Exception {
    for (String wrong : List.of(" / 1000", " / 1000000", " * 100")) {
      FakeProfile one = FakeProfile.empty(family, directory.resolve("p" + wrong.length()));
      one.visits(1, 3);
      one.execute(
          "UPDATE "
              + family.visitTable
              + " SET "
              + family.timeColumn
              + " = "
              + family.timeColumn
              + wrong);

      ProfileStatus status = imported(one.directory());

      assertThat(status.problem()).contains("make no sense in microseconds since");
    }
    assertThat(history.entries()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aVisitFromTheFutureIsNotTaken(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    long now = System.currentTimeMillis() * 1_000;
    long day = 86_400_000_000L;
    try (Connection connection = profile.open()) {
      profile.visit(connection, 1, "http://soon.example/", "Soon", now + day / 2, 0, 1);
      profile.visit(connection, 2, "http://far.example/", "Far", now + 2 * day, 0, 1);
    }

    ProfileStatus status = imported(profile.directory());

    assertThat(titles()).containsExactly("Soon");
    assertThat(status.skipped()).isEqualTo(Map.of(SkipReason.FUTURE, 1L));
  }

  @Test
  void whatSyncBroughtToChromiumIsAnotherDevices() throws Exception {
    FakeProfile.ofCase(Family.CHROMIUM, "left-out-visits.sql", directory);

    ProfileStatus status = imported(directory);

    assertThat(titles()).containsExactly("Own 1", "Imported from Firefox");
    assertThat(status.skipped())
        .isEqualTo(Map.of(SkipReason.SCHEME, 3L, SkipReason.OTHER_DEVICE, 2L));
  }

  @Test
  void whatWasLeftOutComesInWhenTheRulesAllowIt() throws Exception {
    FakeProfile.ofCase(Family.CHROMIUM, "left-out-visits.sql", directory);
    ProfileStatus before = imported(directory);

    ProfileStatus restarted = imported(directory);
    assertThat(restarted.skipped()).isEqualTo(before.skipped());
    int merges = history.merges();
    assertThat(imported(directory).skipped()).isEqualTo(before.skipped());
    assertThat(history.merges()).isEqualTo(merges);

    ProfileStatus wider = imported(directory, "http", "https", "file");
    assertThat(titles()).containsExactly("Own 1", "Paper", "Imported from Firefox");
    assertThat(wider.importedVisits()).isEqualTo(3);
    assertThat(wider.skipped())
        .isEqualTo(Map.of(SkipReason.SCHEME, 2L, SkipReason.OTHER_DEVICE, 2L));

    ProfileStatus narrower = imported(directory, "https");
    assertThat(titles()).hasSize(3);
    assertThat(narrower.skipped()).containsEntry(SkipReason.SCHEME, 3L);
  }
}
