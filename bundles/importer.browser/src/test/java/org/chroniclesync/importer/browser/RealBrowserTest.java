// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The installed browsers write while the importer reads. */
@Tag("browser")
@Timeout(value = 600, unit = TimeUnit.SECONDS)
final class RealBrowserTest {
  private static final int NOT_INSTALLED = 3;
  private static final Duration SOON = Duration.ofSeconds(60);
  private final MemoryHistory history = new MemoryHistory();
  private final Path directory;

  RealBrowserTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void chromium() throws Exception {
    // It writes every ten seconds and at its end; 120 pages take it longer than that.
    walk("chromium", "120", Family.CHROMIUM, directory.resolve("profile/Default"));
  }

  @Test
  void firefox() throws Exception {
    walk("firefox", "25", Family.FIREFOX, directory.resolve("profile"));
  }

  private void walk(String browser, String pages, Family family, Path profile) throws Exception {
    Path root = directory.resolve("profile");
    try (Importer importer =
        new Importer(
                history,
                new PeerId("peer-a"),
                Consents.of(history),
                Settings.defaults(List.of(root)),
                () -> null)
            .start()) {
      Path said = directory.resolve("said");
      Path seen = directory.resolve("seen");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Dmake-profile.seen=" + seen,
                  "../../runtime/src/demo/make-profile/MakeProfile.java",
                  browser,
                  root.toString(),
                  pages)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean live = false;
      while (process.isAlive()) {
        live |= !history.entries().isEmpty();
        letTitlesCome(seen);
        process.waitFor(100, TimeUnit.MILLISECONDS);
      }
      assumeFalse(process.exitValue() == NOT_INSTALLED, browser + " is not installed");
      assertThat(process.exitValue()).as(Files.readString(said)).isZero();
      int rows = rows(family, profile);
      await().atMost(SOON).until(() -> visits(importer.profiles().get(0)) == rows);
      // Redirects, whose steps a browser does not list; Chromium lists frames, too.
      long hidden = importer.profiles().get(0).skipped().getOrDefault(SkipReason.HIDDEN, 0L);
      assertThat(hidden).isPositive();
      assertThat(history.entries())
          .hasSize((int) (rows - hidden))
          .noneMatch(entry -> entry.url().matches(".*/(moved|found|frame)/\\d+"));
      await().atMost(SOON).untilAsserted(this::assertTitles);
      assertThat(rows).isGreaterThanOrEqualTo(Integer.parseInt(pages) * 8 / 10);
      assertThat(seen).as("a page was imported before its title came").exists();
      assertThat(live).as("visits arrived while %s was running", browser).isTrue();
      assertThat(importer.profiles()).singleElement().matches(one -> one.problem() == null);
      assertThat(history.entries()).extracting(Entry::visitId).doesNotHaveDuplicates();
    }
    List<Entry> before = history.entries();
    Path moved = Files.move(root, directory.resolve("moved"));
    try (Importer importer =
        new Importer(
                history,
                new PeerId("peer-a"),
                Consents.of(history),
                Settings.defaults(List.of(moved)),
                () -> null)
            .start()) {
      importer.importNow();
      // Moved, it goes on as the device that it was.
      assertThat(importer.profiles())
          .singleElement()
          .matches(one -> one.importedVisits() == before.size())
          .matches(one -> before.get(0).device().id().equals(one.deviceId()));
      assertThat(history.entries()).isEqualTo(before);
    }
  }

  /** Titles change after the first of these pages was imported, and only then. */
  private void letTitlesCome(Path seen) throws IOException {
    List<String> first = titles("/late/");
    if (!first.isEmpty() && !Files.exists(seen)) {
      assertThat(first).noneMatch(title -> title.startsWith("Arrived late"));
      Files.createFile(seen);
    }
  }

  /**
   * A title that came late is that of the visit; of a page with a frame, only the page is there.
   */
  private void assertTitles() {
    assertThat(titles("/late/")).isNotEmpty().allMatch(title -> title.startsWith("Arrived late "));
    assertThat(titles("/framed/"))
        .isNotEmpty()
        .allMatch(title -> title.startsWith("Around a frame "));
  }

  private List<String> titles(String path) {
    return history.entries().stream()
        .filter(entry -> entry.url().contains(path))
        .map(Entry::title)
        .toList();
  }

  private static long visits(ProfileStatus profile) {
    return profile.importedVisits()
        + profile.skipped().values().stream().mapToLong(Long::longValue).sum();
  }

  private static int rows(Family family, Path profile) throws Exception {
    assertThat(Files.exists(profile.resolve(family.file))).isTrue();
    try (Connection connection = new FakeProfile(family, profile).open();
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM " + family.visitTable)) {
      return count.getInt(1);
    }
  }
}
