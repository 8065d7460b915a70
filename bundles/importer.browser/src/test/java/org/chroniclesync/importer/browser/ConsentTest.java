// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules.Scope;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The importer and what the owner of the history lets it do. */
@Timeout(600)
@SuppressWarnings("NullAway.Init")
class ConsentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Rule RULE = Rule.parse("host *.out.example");

  private final MemoryHistory history = new MemoryHistory();
  private final Consent consent = Consents.of(history);
  @TempDir Path directory;
  @TempDir Path temporary;

  private Importer importer() {
    Settings settings = Settings.defaults(List.of(directory));
    return new Importer(
            history,
            new PeerId("peer-a"),
            consent,
            settings,
            () -> null,
            ProfileFinder.ofThisMachine(),
            temporary)
        .start();
  }

  private void visit(FakeProfile profile, int row, String url) throws Exception {
    visit(profile, row, url, FakeProfile.FIRST_MICROS + row * 1_000_000L);
  }

  private static void visit(FakeProfile profile, int row, String url, long micros)
      throws Exception {
    try (Connection connection = profile.open()) {
      profile.visit(connection, row, url, "Title " + row, micros, 0, 1);
    }
  }

  private List<String> urls() {
    return history.entries().stream().map(Entry::url).toList();
  }

  @ParameterizedTest
  @EnumSource
  void whatARuleLeavesOutComesInWhenTheRuleIsRemoved(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    visit(profile, 1, "https://www.out.example/a");
    visit(profile, 2, "https://in.example/b");
    for (Scope scope : Scope.values()) {
      consent.rules().add(RULE, scope);
    }
    try (Importer importer = importer()) {
      importer.importNow();
      assertThat(urls()).containsExactly("https://in.example/b");
      assertThat(importer.profiles().get(0).skipped()).containsEntry(SkipReason.EXCLUDED, 1L);
      consent.rules().remove(RULE, Scope.DEVICE);
      importer.importNow();
      assertThat(urls()).hasSize(1);
      consent.rules().remove(RULE, Scope.ACCOUNT);
      // By itself: nothing in the profile changed.
      await().atMost(PATIENCE).until(() -> urls().size() == 2);
      assertThat(importer.profiles().get(0).skipped()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void secretsAreCutBeforeAnythingIsStoredUnlessTheyAreWanted(Family family) throws Exception {
    FakeProfile profile = FakeProfile.empty(family, directory);
    visit(profile, 1, "https://me:word@a.example/?access_token=abc&x=1");
    try (Importer importer = importer()) {
      importer.importNow();
      assertThat(urls()).containsExactly("https://a.example/?access_token=&x=1");
      int changes = history.changes();
      importer.importNow();
      assertThat(history.changes()).isEqualTo(changes);
      consent.rules().add(Rule.parse("secrets keep"), Scope.DEVICE);
      visit(profile, 2, "https://b.example/?access_token=abc");
      importer.importNow();
      assertThat(urls()).contains("https://b.example/?access_token=abc");
    }
  }

  @Test
  void visitsThatAreOlderThanAreKeptStayOut() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.FIREFOX, directory);
    long now = System.currentTimeMillis() * 1_000;
    visit(profile, 1, "https://a.example/old", now - Duration.ofDays(70).toMillis() * 1_000);
    visit(profile, 2, "https://a.example/new", now - Duration.ofDays(1).toMillis() * 1_000);
    consent.rules().add(Rule.parse("months 2"), Scope.DEVICE);
    try (Importer importer = importer()) {
      importer.importNow();
      assertThat(urls()).containsExactly("https://a.example/new");
    }
  }

  @Test
  void inAPauseNothingIsImportedAndAfterItEverything() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    consent.pause().begin(Duration.ofMinutes(30), false);
    visit(profile, 1, "https://a.example/");
    try (Importer importer = importer()) {
      importer.importNow();
      assertThat(urls()).isEmpty();
      consent.pause().end();
      importer.importNow();
      assertThat(urls()).hasSize(1);
    }
    consent.pause().begin(Duration.ofMinutes(30), false);
    try (Importer restarted = importer()) {
      restarted.importNow();
      assertThat(restarted.profiles()).allMatch(one -> one.importedVisits() == 1);
      consent.pause().end();
      visit(profile, 2, "https://b.example/");
      await().atMost(PATIENCE).until(() -> urls().size() == 2);
    }
  }

  @Test
  void whatIsVisitedInAPauseThatForgetsNeverComesIn() throws Exception {
    FakeProfile profile = FakeProfile.empty(Family.CHROMIUM, directory);
    consent.pause().begin(Duration.ofMinutes(30), true);
    long during = System.currentTimeMillis() * 1_000 + 1;
    visit(profile, 1, "https://a.example/before", during - 3_600_000_000L);
    visit(profile, 2, "https://a.example/during", during);
    await().atMost(PATIENCE).until(() -> System.currentTimeMillis() * 1_000 > during + 1_000);
    consent.pause().end();
    try (Importer importer = importer()) {
      importer.importNow();
      assertThat(urls()).containsExactly("https://a.example/before");
      assertThat(importer.profiles().get(0).skipped()).containsEntry(SkipReason.PAUSED, 1L);
      // Also when everything is looked at again.
      consent.rules().add(RULE, Scope.DEVICE);
      importer.importNow();
      assertThat(urls()).hasSize(1);
    }
  }
}
