// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A visit is one visit, whatever it is told by. */
class KnownVisitsTest {
  private static final long CHROMIUM_EPOCH_MICROS = 11_644_473_600_000_000L;

  @TempDir private Path folder = Path.of("unset");

  private static Entry live(int i, String browser) {
    double time = 1_600_000_000_123.456 + 60_000.0 * i;
    return new Entry(
        new Device(new DeviceId("cs-live"), "Linux", "", browser, "1"),
        "live-" + i,
        "https://example.org/" + i,
        "T",
        time,
        "0",
        "link",
        (long) time,
        false,
        null,
        UnknownFields.NONE);
  }

  private Path database(String name, int from, int until) throws Exception {
    Path file = folder.resolve(name);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT)");
      statement.executeUpdate(
          "CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,"
              + " from_visit INTEGER, transition INTEGER)");
      for (int i = from; i < until; i++) {
        long micros = 1_600_000_000_123_456L + 60_000_000L * i + CHROMIUM_EPOCH_MICROS;
        statement.executeUpdate(
            "INSERT INTO urls VALUES (%d, 'https://example.org/%d', 'T')".formatted(i + 1, i));
        statement.executeUpdate(
            "INSERT INTO visits VALUES (%d, %d, %d, %d, %d)"
                .formatted(i + 1, i + 1, micros, i == from ? 0 : i, 0x30000000));
      }
    }
    return file;
  }

  @Test
  void aCopyOfALiveProfileIsLeftOut() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      entries.add(live(i, "Chromium"));
    }
    history.merge(Batch.of(entries));

    FileImport.Report report = history.readOne(database("copy", 0, 8));

    assertThat(report.imported()).isEqualTo(3);
    assertThat(report.skipped()).containsEntry(SkipReason.KNOWN, 5L);
    assertThat(history.entries()).hasSize(8);
  }

  @Test
  void aLaterBackupIsOfTheSameDevice() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    FileImport.Report first = history.readOne(database("monday", 0, 10));
    FileImport.Report second = history.readOne(database("friday", 4, 20));

    assertThat(first.imported()).isEqualTo(10);
    assertThat(second.imported()).isEqualTo(10);
    assertThat(second.deviceId()).isEqualTo(first.deviceId());
    assertThat(history.entries().get(7).referringVisitId())
        .isEqualTo(history.entries().get(6).visitId());
  }

  @Test
  void aFileThatCountsInSecondsTellsOfWhatIsThere() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    history.merge(Batch.of(List.of(live(0, "Firefox"))));
    Path file =
        Files.writeString(
            folder.resolve("f"),
            """
            URL,Title,Visit Time
            https://example.org/0,T,2020-09-13 12:26:40 UTC
            https://example.org/0,T,2020-09-13 12:26:41 UTC
            """);

    assertThat(history.readOne(file).imported()).isEqualTo(1);
  }

  @Test
  void theRulesOfTheOwnerHold() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    String visit = "{\"url\":\"%s\",\"dt\":%d}\n";
    Path file =
        Files.writeString(
            folder.resolve("f"),
            visit.formatted(FixedRules.EXCLUDED, 1_600_000_000)
                + visit.formatted("https://example.org/forgotten", 1_600_000_060)
                + visit.formatted("https://example.org/?" + FixedRules.SECRET, 1_600_000_001));
    FileImport.Report report = history.readOne(file);

    assertThat(report.skipped()).isEqualTo(Map.of(SkipReason.EXCLUDED, 1L, SkipReason.PAUSED, 1L));
    assertThat(history.entries())
        .extracting(Entry::url)
        .containsExactly("https://example.org/?token=");
    assertThat(history.readOne(file).imported()).isZero();
  }

  @Test
  void aNameMakesFilesOneDevice() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    for (String name : List.of("a", "b")) {
      Path file = database(name, name.equals("a") ? 0 : 50, name.equals("a") ? 3 : 60);
      history
          .importer()
          .read(new FileImport.Request(List.of(file), false, "old laptop"), progress -> {});
    }
    assertThat(history.entries()).hasSize(13);
    assertThat(history.entries())
        .extracting(Entry::device)
        .containsOnly(history.entries().get(0).device());
    assertThat(history.entries().get(0).device().platform()).isEqualTo("old laptop");
  }

  @Test
  void whatTheBrowserHadNotYetWrittenIntoTheFileIsReadFromItsLog() throws Exception {
    Path file = folder.resolve("live");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.executeUpdate("CREATE TABLE onehistory_urls (id INTEGER, url TEXT, title TEXT)");
      statement.executeUpdate("CREATE TABLE onehistory_visits (id INTEGER, item_id, visit_time)");
      statement.executeUpdate("INSERT INTO onehistory_urls VALUES (1, 'https://example.org/', '')");
      statement.executeUpdate("INSERT INTO onehistory_visits VALUES (1, 1, 1600000000000000)");
      Files.copy(file, folder.resolve("old"));
      Files.copy(folder.resolve("live-wal"), folder.resolve("old-wal"));
    }
    StoredHistory history = new StoredHistory(folder);

    assertThat(history.readOne(folder.resolve("old")).imported()).isEqualTo(1);
  }
}
