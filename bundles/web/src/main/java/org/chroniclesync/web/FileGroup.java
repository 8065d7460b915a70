// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** What comes from browsers and files, and goes into files. */
final class FileGroup implements Routes.Group {
  /** Larger than the history of a long life in any format. */
  static final long MAX_FILE_BYTES = 4L << 30;

  private static final int BUFFER_BYTES = 65_536;
  private static final int MAX_NAME_CHARS = 80;
  private static final int MAX_DEVICE_CHARS = 128;
  private static final int MAX_PATH_CHARS = 4_096;

  private static final Map<String, HistoryExport.Format> FORMATS =
      Map.of(
          "ndjson", HistoryExport.Format.NDJSON,
          "csv", HistoryExport.Format.CSV,
          "html", HistoryExport.Format.HTML);

  private final Services services;
  private final Works works;

  FileGroup(Services services, Works works) {
    this.services = services;
    this.works = works;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/profiles", exchange -> exchange.json(profiles()))
        .post(Routes.PREFIX + "/profiles/import", this::importProfiles)
        .post(Routes.PREFIX + "/profiles/settle", this::settle)
        .post(Routes.PREFIX + "/import", this::importFile)
        .get(Routes.PREFIX + "/export", this::export);
  }

  // --- Browsers ---------------------------------------------------------------------------------

  private ObjectNode profiles() {
    ObjectNode root = Json.object();
    ArrayNode array = root.putArray("profiles");
    for (ProfileStatus profile : services.browsers().profiles()) {
      DeviceId device = profile.deviceId();
      Instant lastRun = profile.lastRun();
      array
          .addObject()
          .put("browser", profile.browser())
          .put("path", profile.path().toString())
          .put("device", device == null ? null : device.value())
          .put("imported", profile.importedVisits())
          .put("lastRun", lastRun == null ? null : lastRun.toString())
          .put("problem", profile.problem())
          .put("vanished", profile.vanished())
          .set("skipped", skipped(profile.skipped()));
    }
    return root;
  }

  private static ObjectNode skipped(Map<SkipReason, Long> reasons) {
    ObjectNode node = Json.object();
    reasons.forEach(
        (reason, count) ->
            node.put(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), count));
    return node;
  }

  private void importProfiles(Exchange exchange) throws IOException {
    services.readable();
    BrowserImport browsers = services.browsers();
    Works.Work work =
        works.begin(
            "profiles",
            "The browsers of this computer are being read.",
            progress -> {
              browsers.importNow();
              if (Thread.interrupted()) {
                throw new InterruptedException();
              }
              long visits =
                  browsers.profiles().stream().mapToLong(ProfileStatus::importedVisits).sum();
              return new Works.Result(
                  "%,d visits of browsers of this computer are in the history.".formatted(visits),
                  profiles());
            });
    exchange.json(HttpServletResponse.SC_ACCEPTED, work.json());
  }

  /** What vanished from a browser is deleted everywhere, or stays. */
  private void settle(Exchange exchange) throws IOException {
    services.readable();
    BrowserImport browsers = services.browsers();
    Body body = Body.of(exchange.body(), "path", "delete");
    String given = body.required("path", MAX_PATH_CHARS);
    boolean delete = body.flag("delete", false);
    ProfileStatus profile =
        browsers.profiles().stream()
            .filter(one -> one.path().toString().equals(given) && one.vanished() > 0)
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.wrong(
                        Code.NOT_VANISHED,
                        "Nothing that vanished from this profile waits for an answer.",
                        "Look at the profiles again."));
    String said = delete ? "%,d visits were deleted on all devices." : "%,d visits were kept.";
    Works.Work work =
        works.begin(
            "profiles",
            "The profile is being looked at.",
            progress -> {
              browsers.settle(profile.path(), delete);
              return new Works.Result(said.formatted(profile.vanished()), profiles());
            });
    exchange.json(HttpServletResponse.SC_ACCEPTED, work.json());
  }

  // --- Into the history -------------------------------------------------------------------------

  private void importFile(Exchange exchange) throws IOException {
    services.readable();
    FileImport files = services.fileImport();
    boolean dryRun = exchange.flag("dryRun");
    String device = exchange.text("device");
    if (device != null && device.length() > MAX_DEVICE_CHARS) {
      throw Problem.wrong(
          Code.NAME_TOO_LONG, "The name of the device is too long.", "Give a shorter one.");
    }
    String name = safeName(exchange.text("name", "file"));
    Upload upload = Upload.receive(exchange.request(), name);
    boolean begun = false;
    try {
      FileImport.Request request = new FileImport.Request(List.of(upload.file()), dryRun, device);
      Works.Work work =
          works.begin(
              "import",
              name + " is being read.",
              progress -> {
                try (upload) {
                  return result(files.read(request, told(progress, name)), dryRun, upload);
                }
              });
      begun = true;
      exchange.json(HttpServletResponse.SC_ACCEPTED, work.json());
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.IMPORT_REFUSED, e);
    } finally {
      if (!begun) {
        upload.close();
      }
    }
  }

  /** The last part of a path, without what could mean something else than a name. */
  static String safeName(String given) {
    String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    String plain = last.replaceAll("[^\\p{L}\\p{N}._ -]", "_").replaceFirst("^\\.+", "");
    String name = plain.length() > MAX_NAME_CHARS ? plain.substring(0, MAX_NAME_CHARS) : plain;
    return name.isBlank() ? "file" : name.strip();
  }

  private static java.util.function.Consumer<FileImport.Progress> told(
      Works.Listener listener, String name) {
    return now ->
        listener.progress(
            new Works.Progress(
                "%s: %,d visits read.".formatted(name, now.visits()),
                now.done(),
                now.total(),
                now.visits()));
  }

  private static Works.Result result(
      List<FileImport.Report> reports, boolean dryRun, Upload upload) {
    String name = upload.name();
    ObjectNode root = Json.object().put("dryRun", dryRun);
    ArrayNode files = root.putArray("files");
    long visits = 0;
    String problem = null;
    for (FileImport.Report report : reports) {
      DeviceId device = report.deviceId();
      visits += report.imported();
      problem = problem == null ? upload.without(report.problem()) : problem;
      files
          .addObject()
          .put("source", upload.without(report.source()))
          .put("format", report.format())
          .put("device", device == null ? null : device.value())
          .put("imported", report.imported())
          .put("problem", upload.without(report.problem()))
          .set("skipped", skipped(report.skipped()));
    }
    String said =
        (dryRun ? "%s holds %,d visits that are new." : "%s: %,d visits were imported.")
            .formatted(name, visits);
    return new Works.Result(visits == 0 && problem != null ? problem : said, root);
  }

  /** A file that was sent, in a folder of its own, until it has been read. */
  private record Upload(Path folder, Path file) implements AutoCloseable {
    static Upload receive(HttpServletRequest request, String name) throws IOException {
      if (request.getContentLengthLong() > MAX_FILE_BYTES) {
        throw tooLarge();
      }
      Path folder = Files.createTempDirectory("import");
      Upload upload = new Upload(folder, folder.resolve(name));
      try {
        upload.fill(request.getInputStream());
        return upload;
      } catch (IOException e) {
        upload.close();
        throw Problem.failed(
            Code.DISK,
            "The file could not be kept while it is read: " + e.getClass().getSimpleName() + ".",
            "Make space on the disk of the data folder, and send it again.");
      } catch (RuntimeException | Error e) {
        upload.close();
        throw e;
      }
    }

    private static Problem tooLarge() {
      return Problem.tooLarge(
          Code.FILE_TOO_LARGE,
          "The file has more than 4 GiB.",
          "Import it with the command import instead.");
    }

    String name() {
      return String.valueOf(file.getFileName());
    }

    /** The person gave a name, and knows of no folder in which it waits. */
    @Nullable String without(@Nullable String text) {
      return text == null ? null : text.replace(folder + File.separator, "");
    }

    private void fill(InputStream from) throws IOException {
      byte[] buffer = new byte[BUFFER_BYTES];
      long total = 0;
      try (OutputStream to = Files.newOutputStream(file)) {
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
          total += n;
          if (total > MAX_FILE_BYTES) {
            throw tooLarge();
          }
          to.write(buffer, 0, n);
        }
      }
      if (total == 0) {
        throw Problem.wrong(Code.FILE_EMPTY, "The file is empty.", "Choose another one.");
      }
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  // --- Out of the history -----------------------------------------------------------------------

  private void export(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    services.readable();
    String word = exchange.text("format", "ndjson");
    HistoryExport.Format format = FORMATS.get(word);
    if (format == null) {
      throw Problem.wrong(Code.REQUEST, "This is no format.", "Give ndjson, csv or html.");
    }
    String query = exchange.text("q", "");
    if (query.length() > Search.MAX_TEXT_CHARS) {
      throw Problem.wrong(Code.QUESTION_REFUSED, "The question is too long.", "Shorten it.");
    }
    @Nullable Instant from = exchange.instant("from");
    @Nullable Instant until = exchange.instant("until");
    HistoryExport.Request request =
        new HistoryExport.Request(
            format,
            query,
            from == null ? -Double.MAX_VALUE : Moment.millis(from),
            until == null ? Double.MAX_VALUE : Moment.millis(until),
            new Shapes(services).labels().asked(new Search(query, 1)).names());
    HttpServletResponse response = exchange.response();
    // Never shown by a browser, whatever is in it.
    response.setContentType("application/octet-stream");
    response.setHeader("Content-Disposition", "attachment; filename=\"history." + word + "\"");
    services.export().write(request, response.getOutputStream(), progress -> {});
  }
}
