// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.exporter.HistoryExport.Format;
import org.chroniclesync.api.exporter.HistoryExport.Request;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  @TempDir private Path folder = Path.of("unset");

  private static Entry entry(String id, double time, String url, String title) {
    return new Entry(
        new Device(new DeviceId("device"), "Linux", "", "Firefox", "1"),
        id,
        url,
        title,
        time,
        "0",
        "link",
        1,
        false,
        null,
        UnknownFields.NONE);
  }

  private StoredHistory history(Entry... entries) throws Exception {
    StoredHistory history = new StoredHistory(folder);
    history.merge(Batch.of(List.of(entries)));
    return history;
  }

  private static String text(StoredHistory history, Request request) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    history.exporter().write(request, out, progress -> {});
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void onlyWhatIsAskedFor() throws Exception {
    StoredHistory history =
        history(
            entry("1", 1000, "https://example.org/a", "Apples"),
            entry("2", 2000, "https://example.com/b", "Bananas"),
            entry("3", 3000, "https://example.org/c", "Cherries"));

    assertThat(text(history, new Request(Format.NDJSON, "site:example.org", 1500, 9000)))
        .contains("Cherries")
        .doesNotContain("Apples")
        .doesNotContain("Bananas");
    assertThat(text(history, new Request(Format.NDJSON, "banan", -1e9, 1e9)).lines()).hasSize(1);
    Map<DeviceId, String> names = Map.of(entry("1", 1, "", "").device().id(), "Kitchen table");
    assertThat(text(history, new Request(Format.NDJSON, "device:kitchen", -1e9, 1e9)).lines())
        .isEmpty();
    assertThat(
            text(history, new Request(Format.NDJSON, "device:kitchen", -1e9, 1e9, names)).lines())
        .hasSize(3);
    assertThat(text(history, Request.all(Format.NDJSON)).lines()).hasSize(3);
  }

  @Test
  void moreVisitsOfOneMomentThanAStepHas() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    int count = 2 * Writing.STEP + 7;
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(entry("v" + i, 1000, "https://example.org/" + i, ""));
      if (entries.size() == Batch.MAX_ENTRIES) {
        history.merge(Batch.of(entries));
        entries.clear();
      }
    }
    history.merge(Batch.of(entries));

    assertThat(text(history, Request.all(Format.NDJSON)).lines().distinct()).hasSize(count);
  }

  @Test
  void aFileIsForItsOwnerAndIsNotReplacedUnasked() throws Exception {
    StoredHistory history = history(entry("1", 1000, "https://example.org/a", "Apples"));
    Path file = folder.resolve("export.csv");
    Request request = Request.all(Format.CSV);
    history.exporter().write(request, file, false, progress -> {});

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> history.exporter().write(request, file, false, progress -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.writeString(file, "other");
    history.exporter().write(request, file, true, progress -> {});
    assertThat(file).content().contains("Apples");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void anInterruptedExportLeavesNothingBehind() throws Exception {
    StoredHistory history = history(entry("1", 1000, "https://example.org/a", "Apples"));
    Path file = folder.resolve("export.ndjson");
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> history.exporter().write(Request.all(Format.NDJSON), file, false, progress -> {}))
        .isInstanceOf(InterruptedException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSpreadsheetSeesNoFormula() throws Exception {
    StoredHistory history =
        history(entry("1", 1_600_000_000_123.5, "https://example.org/", "=HYPERLINK(\"x\"),1"));

    assertThat(text(history, Request.all(Format.CSV)).split("\r\n"))
        .containsExactly(
            String.join(",", CsvWriter.HEADING),
            "2020-09-13T12:26:40.123Z,https://example.org/,\"'=HYPERLINK(\"\"x\"\"),1\",Firefox,1,"
                + "Linux,link,1600000000123.5,device,1,0,,1,,,");
  }

  @Test
  void browsersReadTheBookmarkFile() throws Exception {
    StoredHistory history =
        history(entry("1", 1_600_000_000_999.0, "https://example.org/?a=1&b=\"2\"", "A <b> & c"));

    assertThat(text(history, Request.all(Format.HTML)))
        .startsWith("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n")
        .contains(
            "<DT><A HREF=\"https://example.org/?a=1&amp;b=&quot;2&quot;\" ADD_DATE=\"1600000000\""
                + " LAST_VISIT=\"1600000000\">A &lt;b&gt; &amp; c</A>\n");
  }

  @Test
  void whatIsExportedToAPageIsKnownWhenItComesBack() throws Exception {
    StoredHistory history =
        history(entry("1", 1_600_000_000_999.0, "https://example.org/", "Apples"));
    Path file = folder.resolve("export");
    history.exporter().write(Request.all(Format.HTML), file, false, progress -> {});

    assertThat(history.readOne(file).imported()).isZero();
    assertThat(history.entries()).hasSize(1);
  }

  @Test
  void aDatabaseCanBeAsked() throws Exception {
    StoredHistory history =
        history(entry("1", 1_600_000_000_123.5, "https://example.org/", "Apples"));
    Path file = folder.resolve("export.db");
    history.exporter().write(Request.all(Format.SQLITE), file, false, progress -> {});

    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT utc, title, browser_name FROM history")) {
      assertThat(row.getString(1)).isEqualTo("2020-09-13 12:26:40.124");
      assertThat(row.getString(2)).isEqualTo("Apples");
      assertThat(row.getString(3)).isEqualTo("Firefox");
    }
    assertThatThrownBy(() -> text(history, Request.all(Format.SQLITE)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
