// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/** What takes the visits of one file in: of each browser in it apart. For one thread. */
final class Intakes {
  /** A file that tells of more browsers than this tells nothing that can be believed. */
  static final int MAX_KINDS = 16;

  private final History history;
  private final Consent consent;
  private final Names names;
  private final FileImport.Request request;
  private final String source;
  private final Consumer<FileImport.Progress> progress;
  private final Map<Kind, Intake> intakes = new LinkedHashMap<>();
  private long done;
  private long total;

  Intakes(
      History history,
      Consent consent,
      Names names,
      FileImport.Request request,
      String source,
      Consumer<FileImport.Progress> progress) {
    this.history = history;
    this.consent = consent;
    this.names = names;
    this.request = request;
    this.source = source;
    this.progress = progress;
  }

  String source() {
    return source;
  }

  boolean isEmpty() {
    return intakes.isEmpty();
  }

  /** Tells how far the file is read, in a unit that depends on its format. */
  void reached(long done, long total) {
    this.done = done;
    this.total = total;
    intakes.values().forEach(intake -> intake.reached(done, total));
  }

  Intake of(Kind kind) throws UnreadableException {
    Intake known = intakes.get(kind);
    if (known != null) {
      return known;
    }
    if (intakes.size() == MAX_KINDS) {
      throw new UnreadableException(
          "It has visits of more than " + MAX_KINDS + " browsers; split it.");
    }
    Intake made = new Intake(history, consent, names, request, source, kind, progress);
    made.reached(done, total);
    intakes.put(kind, made);
    return made;
  }

  /**
   * Stores what waits.
   *
   * @param problem why the file was not read to its end, or null
   */
  List<FileImport.Report> end(@Nullable String problem)
      throws StorageException, InterruptedException {
    List<FileImport.Report> reports = new ArrayList<>();
    for (Intake intake : intakes.values()) {
      reports.add(intake.end(problem));
    }
    return reports;
  }
}
