// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.api.importer.FileImport;

/** What became of imported files, in words. The names of files and their contents are foreign. */
final class FilesText {
  private static final int MAX_PATH_CHARS = 300;
  private static final int MAX_PROBLEM_CHARS = 600;

  private FilesText() {}

  static String reports(List<FileImport.Report> reports, boolean dryRun) {
    StringBuilder text = new StringBuilder();
    reports.forEach(report -> text.append(report(report, dryRun)).append('\n'));
    long imported = reports.stream().mapToLong(FileImport.Report::imported).sum();
    return text
        + Counted.of(imported, "visit")
        + (dryRun ? " would be imported; nothing was stored." : " imported.");
  }

  /** What is wrong with files of which none can be read, in a line. */
  static String problems(List<FileImport.Report> reports) {
    return reports.stream()
        .map(report -> Terminal.safe(report.source(), MAX_PATH_CHARS) + ": " + report.problem())
        .collect(Collectors.joining(" "));
  }

  private static String report(FileImport.Report report, boolean dryRun) {
    String problem = report.problem();
    StringBuilder text = new StringBuilder(Terminal.safe(report.source(), MAX_PATH_CHARS));
    if (!report.format().isEmpty()) {
      text.append("\n    ")
          .append(report.format())
          .append(": ")
          .append(Counted.of(report.imported(), "visit"))
          .append(dryRun ? " to import" : " imported")
          .append(
              report.deviceId() == null || report.imported() == 0
                  ? ""
                  : ", device " + report.deviceId())
          .append(ProfilesText.skipped(report.skipped()));
    }
    if (problem != null) {
      text.append("\n    ").append(Terminal.safe(problem, MAX_PROBLEM_CHARS));
    }
    return text.toString();
  }
}
