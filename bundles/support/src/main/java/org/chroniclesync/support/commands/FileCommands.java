// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.DeviceNames;
import org.jspecify.annotations.Nullable;

/** The commands that read and write files. */
public final class FileCommands {
  /** Stands for the output of the command. */
  public static final String STANDARD_OUTPUT = "-";

  private FileCommands() {}

  /**
   * How an import is to be done.
   *
   * @param directory what relative paths begin at, or empty
   * @param device the name of the device, or empty
   */
  public record ImportOptions(boolean json, boolean dryRun, String device, String directory) {}

  /**
   * What is exported, and how.
   *
   * @param format the name of a format, or empty for the one that fits the file's name
   * @param device only of this device, or empty
   * @param directory what relative paths begin at, or empty
   */
  public record ExportOptions(
      String format, String after, String before, String device, boolean force, String directory) {}

  /**
   * Imports files.
   *
   * @param notes where to tell how far it is
   * @throws StorageException if visits could not be stored
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String read(
      @Nullable FileImport files,
      @Nullable DeviceNames names,
      ImportOptions options,
      List<String> paths,
      PrintStream notes)
      throws StorageException, InterruptedException {
    if (files == null) {
      throw new IllegalStateException("Files cannot be imported: the bundle files is not running.");
    }
    FileImport.Request request =
        new FileImport.Request(
            paths.stream().map(path -> path(path, options.directory())).toList(),
            options.dryRun(),
            options.device().isBlank() ? null : options.device().strip());
    String device = options.device().strip();
    if (device.length() > DeviceName.MAX_CHARS) {
      throw new IllegalArgumentException(
          "The name of a device has at most " + DeviceName.MAX_CHARS + " characters.");
    }
    ProgressLines lines = new ProgressLines(notes);
    List<FileImport.Report> reports = files.read(request, lines::imported);
    if (!device.isEmpty() && !options.dryRun() && names != null) {
      name(names, device, reports);
    }
    String text =
        options.json()
            ? Json.reports(reports, options.dryRun())
            : FilesText.reports(reports, options.dryRun());
    if (reports.stream().allMatch(report -> report.format().isEmpty())) {
      throw new IllegalStateException(FilesText.problems(reports));
    }
    return text;
  }

  /** So that it is called so on all devices, and can be called otherwise later. */
  private static void name(DeviceNames names, String device, List<FileImport.Report> reports)
      throws StorageException, InterruptedException {
    Set<DeviceId> named = new LinkedHashSet<>();
    for (FileImport.Report report : reports) {
      DeviceId of = report.deviceId();
      if (of != null && report.imported() > 0 && named.add(of)) {
        names.rename(of, device);
      }
    }
  }

  /**
   * Exports the history.
   *
   * @param history what a device is looked for in, if one is named
   * @param arguments the file, then the words of a search
   * @param out where the export goes if no file is named
   * @param notes where to tell how far it is
   * @throws StorageException if the history could not be read
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String write(
      @Nullable HistoryExport export,
      Access history,
      ExportOptions options,
      List<String> arguments,
      OutputStream out,
      PrintStream notes)
      throws StorageException, InterruptedException {
    if (export == null) {
      throw new IllegalStateException("Nothing can be exported: the bundle files is not running.");
    }
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException(
          "Name a file, or - to print the export. " + Manual.usage("export"));
    }
    String name = arguments.get(0);
    String device =
        options.device().isBlank() ? "" : history.get().device(options.device()).value();
    HistoryExport.Request request =
        request(history, options, device, name, arguments.subList(1, arguments.size()));
    ProgressLines lines = new ProgressLines(notes);
    if (name.equals(STANDARD_OUTPUT)) {
      try {
        export.write(request, out, lines::exported);
        return "";
      } catch (IOException e) {
        throw new IllegalStateException("The export is not complete: " + reason(e), e);
      }
    }
    Path file = path(name, options.directory());
    try {
      long written = export.write(request, file, options.force(), lines::exported);
      return "%s written to %s."
          .formatted(Counted.of(written, "visit"), Terminal.safe(file.toString()));
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException(
          Terminal.safe(file.toString())
              + " is there already. Choose another name, or replace it with --force.",
          e);
    } catch (NoSuchFileException e) {
      throw new IllegalStateException(
          "The folder of " + Terminal.safe(file.toString()) + " does not exist.", e);
    } catch (IOException e) {
      throw new IllegalStateException(
          Terminal.safe(file.toString()) + " could not be written: " + reason(e), e);
    }
  }

  /** The history, which may not be there. */
  @FunctionalInterface
  public interface Access {
    /**
     * Returns the commands about it.
     *
     * @throws IllegalStateException if it is not there
     * @throws InterruptedException if the session was closed meanwhile
     */
    HistoryCommands get() throws InterruptedException;
  }

  private static HistoryExport.Request request(
      Access history, ExportOptions options, String device, String name, List<String> words)
      throws InterruptedException {
    Window window = Moments.window(options.after(), options.before());
    String query = Question.of(words);
    if (!device.isEmpty()) {
      query = (query + " device:\"" + device.replace("\"", "") + "\"").strip();
    }
    return new HistoryExport.Request(
        format(options.format(), name),
        query,
        window.fromMillis(),
        // Also what is dated ahead, unless an end is given: an export is to hold everything.
        options.before().isBlank() ? Double.MAX_VALUE : window.untilMillis(),
        query.isBlank() ? Map.of() : history.get().asked(new Search(query, 1)).names());
  }

  private static HistoryExport.Format format(String given, String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    String asked = given.isBlank() ? lower.substring(lower.lastIndexOf('.') + 1) : given;
    return switch (asked.toLowerCase(Locale.ROOT)) {
      case "ndjson", "jsonl" -> HistoryExport.Format.NDJSON;
      case "csv" -> HistoryExport.Format.CSV;
      case "sqlite", "db" -> HistoryExport.Format.SQLITE;
      case "html", "htm" -> HistoryExport.Format.HTML;
      default -> {
        if (given.isBlank() && file.equals(STANDARD_OUTPUT)) {
          yield HistoryExport.Format.NDJSON;
        }
        throw new IllegalArgumentException(
            "Say in which form with --format: ndjson, csv, sqlite or html.");
      }
    };
  }

  /** The node works elsewhere than the person does. */
  private static Path path(String given, String directory) {
    try {
      Path path = Path.of(given);
      if (path.isAbsolute()) {
        return path.normalize();
      }
      if (directory.isBlank()) {
        throw new IllegalArgumentException(
            "Give the whole path of " + Terminal.safe(given, 200) + ".");
      }
      return Path.of(directory).resolve(path).normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(Terminal.safe(given, 200) + " is no path.", e);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return Terminal.safe(message == null ? e.getClass().getSimpleName() : message, 400) + ".";
  }
}
