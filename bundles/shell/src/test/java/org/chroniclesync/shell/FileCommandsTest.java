// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.SkipReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Import and export as a person types them. */
class FileCommandsTest {
  private final ThreadIOImpl io = new ThreadIOImpl();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<FileImport.Request> imports = new ArrayList<>();
  private final List<HistoryExport.Request> exports = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final CommandProcessorImpl processor = new CommandProcessorImpl(io);
  private List<FileImport.Report> reports = List.of();

  private final HistoryExport exporter =
      new HistoryExport() {
        @Override
        public long write(Request request, OutputStream to, Consumer<Progress> progress)
            throws IOException {
          exports.add(request);
          to.write("{}\n".getBytes(StandardCharsets.UTF_8));
          return 1;
        }

        @Override
        public long write(Request request, Path file, boolean replace, Consumer<Progress> progress)
            throws IOException {
          exports.add(request);
          files.add(file);
          if (!replace && file.endsWith("there.csv")) {
            throw new FileAlreadyExistsException(file.toString());
          }
          return 1_234;
        }
      };

  private final FakeNames names = new FakeNames("here", "");

  @BeforeEach
  void start() {
    io.start();
    FakeNode node = new FakeNode();
    ShellServices services = new ShellServices();
    services.bindNode(node.face());
    services.bindHistory(node);
    services.bindNames(names);
    ImportCommands importing = new ImportCommands(services);
    services.bindFileImport(
        (request, progress) -> {
          imports.add(request);
          return reports;
        });
    ExportCommands exporting = new ExportCommands(services);
    services.bindExport(exporter);
    processor.addCommand("chroniclesync", importing, "import");
    processor.addCommand("chroniclesync", exporting, "export");
  }

  @AfterEach
  void stop() {
    processor.stop();
    io.stop();
  }

  private String run(String... words) throws Exception {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    try (CommandSession session =
        processor.createSession(new ByteArrayInputStream(new byte[0]), out, out)) {
      return String.valueOf(new CommandRunner(session).run(new Requests.Command(List.of(words))));
    }
  }

  @Test
  void pathsBeginWhereThePersonIs() throws Exception {
    reports =
        List.of(
            new FileImport.Report(
                "/here/a\u001b",
                "Safari's database",
                new DeviceId("csf-1"),
                5,
                Map.of(SkipReason.KNOWN, 2L),
                null),
            new FileImport.Report("/b", "", null, 0, Map.of(), "There is no such file."));

    String text = run("import", "--directory", "/here", "--device", "laptop", "a", "/b", "../c/d");

    assertThat(imports)
        .containsExactly(
            new FileImport.Request(
                List.of(Path.of("/here/a"), Path.of("/b"), Path.of("/c/d")), false, "laptop"));
    assertThat(text)
        .contains("Safari's database: 5 visits imported, device csf-1")
        .contains("left out: 2 known already")
        .contains("There is no such file.")
        .endsWith("5 visits imported.")
        .doesNotContain("\u001b");
    assertThatThrownBy(() -> run("import", "a")).hasMessageContaining("whole path");
  }

  @Test
  void programsGetJson() throws Exception {
    reports =
        List.of(
            new FileImport.Report(
                "/a", "browserexport", null, 5, Map.of(SkipReason.FUTURE, 1L), null));

    JsonNode json = new ObjectMapper().readTree(run("import", "--json", "--dry-run", "/a"));

    assertThat(imports.get(0).dryRun()).isTrue();
    assertThat(json.at("/dryRun").asBoolean()).isTrue();
    assertThat(json.at("/files/0/imported").asLong()).isEqualTo(5);
    assertThat(json.at("/files/0/skipped/FUTURE").asLong()).isEqualTo(1);
  }

  @Test
  void anImportOfNothingThatIsKnownFails() {
    reports = List.of(new FileImport.Report("/a", "", null, 0, Map.of(), "It is a 7z archive."));

    assertThatThrownBy(() -> run("import", "/a")).hasMessage("/a: It is a 7z archive.");
  }

  @Test
  void aDeviceIsCalledAsWhoImportsItSays() throws Exception {
    FileImport.Report imported =
        new FileImport.Report("/a", "Firefox", new DeviceId("files-1"), 7, Map.of(), null);
    FileImport.Report empty =
        new FileImport.Report("/b", "Firefox", new DeviceId("files-2"), 0, Map.of(), null);
    reports = List.of(imported, imported, empty);

    run("import", "--device", " old laptop ", "--dry-run", "/a");
    assertThat(names.given).isEmpty();
    run("import", "--device", " old laptop ", "/a");
    assertThat(names.given).containsExactly("files-1=old laptop");
    assertThatThrownBy(() -> run("import", "--device", "x".repeat(101), "/a"))
        .hasMessageContaining("at most 100 characters");
    assertThat(imports).hasSize(2);
  }

  @Test
  void theFormatIsGivenOrFollowsFromTheName() throws Exception {
    assertThat(run("export", "/x/there.csv", "--force")).contains("1,234 visits written");
    assertThat(run("export", "--directory", "/x", "h.jsonl", "site:example.org", "two words"))
        .contains("/x/h.jsonl");
    assertThat(exports)
        .extracting(HistoryExport.Request::format)
        .containsExactly(HistoryExport.Format.CSV, HistoryExport.Format.NDJSON);
    assertThat(exports.get(1).query()).isEqualTo("site:example.org \"two words\"");
    assertThat(exports.get(1).untilMillis()).isEqualTo(Double.MAX_VALUE);
    assertThat(exports.get(1).names().get(FakeNode.DEVICE.id())).contains("here");
    assertThatThrownBy(() -> run("export", "/x/y")).hasMessageContaining("--format");
    assertThatThrownBy(() -> run("export", "/x/there.csv")).hasMessageContaining("--force");
    assertThatThrownBy(() -> run("export")).hasMessageContaining("Name a file");
  }

  @Test
  void whatIsPrintedIsTheExportAlone() throws Exception {
    assertThat(run("export", "--device", "Firefox", "--before", "2026", "-")).isEmpty();

    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("{}\n");
    assertThat(exports.get(0).query()).isEqualTo("device:\"" + FakeNode.DEVICE.id().value() + "\"");
    assertThat(exports.get(0).untilMillis()).isLessThan(1.8e12);
  }
}
