// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.SkipReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers, accidents and old disks make of files. */
class HostileFilesTest {
  private static final String VISIT =
      "{\"url\":\"https://example.org/%d\",\"dt\":16000000%02d,\"metadata\":null}\n";

  @TempDir private Path folder = Path.of("unset");
  private StoredHistory history = new StoredHistory(Path.of("unset"));

  @BeforeEach
  void make() {
    history = new StoredHistory(folder);
  }

  private FileImport.Report read(String content) throws Exception {
    return history.readOne(Files.writeString(folder.resolve("file"), content));
  }

  @Test
  void whatStandsBeforeTheDamageIsRead() throws Exception {
    FileImport.Report report =
        read(VISIT.formatted(1, 1) + VISIT.formatted(2, 2) + "{\"url\":\"https://exa");

    assertThat(report.imported()).isEqualTo(2);
    assertThat(report.problem()).contains("line 3").contains("before was read");
  }

  @Test
  void nothingThatIsKnown() throws Exception {
    assertThat(read("{\"a\":[1,2,{\"b\":\"c\"}]}").problem()).contains("no history that is known");
    assertThat(read("some text\nof lines").problem()).contains("no history that is known");
    assertThat(read("").problem()).contains("no history that is known");
    assertThat(history.readOne(folder.resolve("none")).problem()).contains("no such file");
    assertThat(read("SQLite format 3\0 and then nonsense").problem()).contains("database");
  }

  @Test
  void deepAndLongJson() throws Exception {
    assertThat(read("[".repeat(100_000)).problem()).contains("looks like JSON");
    assertThat(read("[{\"url\":\"" + "x".repeat(3_000_000) + "\"}]").problem())
        .contains("looks like JSON");
    assertThat(read(VISIT.formatted(1, 1) + "{\"" + "n".repeat(1_000) + "\":1}").imported())
        .isEqualTo(1);
  }

  @Test
  void wrongTypesAreLeftOutAndCounted() throws Exception {
    FileImport.Report report =
        read(
            "[{\"url\":5,\"dt\":1600000000},{\"url\":\"https://example.org/\",\"dt\":{}},"
                + "{\"url\":\"https://example.org/\",\"dt\":1600000000},"
                + "{\"url\":[\"https://example.org/\"],\"dt\":\"x\"},7,null,[[]]]");

    // A date that is no date ends the file; what stood before is stored.
    assertThat(report.imported()).isEqualTo(1);
    assertThat(report.problem()).contains("\"x\"");
    assertThat(report.skipped())
        .containsEntry(SkipReason.MALFORMED, 1L)
        .containsEntry(SkipReason.BAD_TIME, 1L);
  }

  @Test
  void timesMustMakeSense() throws Exception {
    StringBuilder seconds = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      seconds.append(
          "{\"url\":\"https://example.org/\",\"visitTime\":16000000%02d}\n".formatted(i % 100));
    }
    FileImport.Report report = read(seconds.toString());
    assertThat(report.problem()).contains("make no sense in milliseconds since 1970");
    assertThat(history.entries()).isEmpty();

    assertThat(read("[{\"url\":\"https://example.org/\",\"date\":\"5/7/2024, 10:00\"}]").problem())
        .contains("zone");
    assertThat(
            read("[{\"url\":\"https://example.org/\",\"timestamp\":13244473600000000},"
                    + "{\"url\":\"https://example.org/\",\"timestamp\":13244473700000000}]")
                .imported())
        .isEqualTo(2);
    assertThat(history.entries())
        .extracting(Entry::visitTimeMillis)
        .containsExactly(1600000000000.0, 1600000100000.0);
    assertThat(read("[{\"url\":\"https://example.org/\",\"dt\":7000000000}]").skipped())
        .containsEntry(SkipReason.BAD_TIME, 1L);
  }

  @Test
  void archivesInArchives() throws Exception {
    byte[] content = VISIT.formatted(1, 1).getBytes(StandardCharsets.UTF_8);
    byte[] zip = zip("a/b/Browser.json", gzip(content), "picture", new byte[] {1, 2, 3});
    FileImport.Report report =
        history.readOne(Files.write(folder.resolve("backup"), zip("inner", zip)));

    assertThat(report.imported()).isEqualTo(1);
    assertThat(report.source()).endsWith("backup!/inner!/a/b/Browser.json");

    byte[] deep = content;
    for (int i = 0; i < 5; i++) {
      deep = gzip(deep);
    }
    assertThat(history.readOne(Files.write(folder.resolve("deep"), deep)).problem())
        .contains("deep");
  }

  @Test
  void aBombIsRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write("[{\"x\":\"".getBytes(StandardCharsets.UTF_8));
      byte[] zeros = new byte[1 << 20];
      java.util.Arrays.fill(zeros, (byte) 'a');
      for (int i = 0; i < 200; i++) {
        out.write(zeros);
      }
    }
    assertThat(history.readOne(Files.write(folder.resolve("bomb"), bytes.toByteArray())).problem())
        .contains("made to do harm");
  }

  @Test
  void whatIsNoArchiveOfOursIsNamed() throws Exception {
    Path file = folder.resolve("x");
    Files.write(file, new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c, 0, 0, 0});
    assertThat(history.readOne(file).problem()).contains("7z").contains("unpack it first");
  }

  @Test
  void aFolderIsLookedThroughWithOneLineForTheRest() throws Exception {
    Path inside = Files.createDirectories(folder.resolve("d/e"));
    Files.writeString(inside.resolve("one"), VISIT.formatted(1, 1));
    Files.writeString(inside.resolve("two"), "nothing");
    Files.writeString(inside.resolve("three.ini"), "[Section]\nkey=value\n");
    assertThat(history.read(folder.resolve("d")))
        .satisfiesExactly(
            read -> assertThat(read.imported()).isEqualTo(1),
            rest ->
                assertThat(rest.problem())
                    .contains("Files in it that hold no history that is known: 2, such as"));
    assertThat(history.read(Files.createDirectories(folder.resolve("empty"))))
        .extracting(FileImport.Report::problem)
        .containsExactly("No file in it holds a history that is known.");
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    Path database =
        Path.of("../importer.browser/src/test/resources/profiles/chromium/Default/History");
    Path work = Files.createDirectories(folder.resolve("work"));
    StoredHistory there = new StoredHistory(work);
    Path zip =
        Files.write(folder.resolve("z"), zip("Default/History", Files.readAllBytes(database)));

    assertThat(there.readOne(zip).imported()).isPositive();
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void aDryRunStoresNothing() throws Exception {
    Path file =
        Files.writeString(folder.resolve("f"), VISIT.formatted(1, 1) + VISIT.formatted(2, 2));
    List<FileImport.Report> reports =
        history.importer().read(new FileImport.Request(List.of(file), true, null), progress -> {});
    assertThat(reports.get(0).imported()).isEqualTo(2);
    assertThat(history.entries()).isEmpty();

    history.read(file);
    assertThat(
            history
                .importer()
                .read(new FileImport.Request(List.of(file), true, null), progress -> {})
                .get(0)
                .imported())
        .isZero();
  }

  private static byte[] gzip(byte[] content) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(Object... members) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (int i = 0; i < members.length; i += 2) {
        out.putNextEntry(new ZipEntry((String) members[i]));
        out.write((byte[]) members[i + 1]);
      }
    }
    return bytes.toByteArray();
  }
}
