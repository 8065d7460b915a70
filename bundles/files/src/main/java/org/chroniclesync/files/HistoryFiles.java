// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Import and export as a component, there as long as there are a history and an account. */
@Component(service = {FileImport.class, HistoryExport.class})
public final class HistoryFiles implements FileImport, HistoryExport {
  private final History history;
  private final Rules rules;
  private final Pause pause;
  private final Identity identity;
  private final Path temporary;

  /**
   * Makes the component.
   *
   * @param history what is read and written
   * @param rules what must not be stored
   * @param pause of which times nothing must be stored
   * @param identity by whose tags visits and devices are named that a file gives no names
   */
  @Activate
  public HistoryFiles(
      @Reference History history,
      @Reference Rules rules,
      @Reference Pause pause,
      @Reference Identity identity) {
    this(history, rules, pause, identity, Path.of(System.getProperty("java.io.tmpdir")));
  }

  HistoryFiles(History history, Rules rules, Pause pause, Identity identity, Path temporary) {
    this.history = history;
    this.rules = rules;
    this.pause = pause;
    this.identity = identity;
    this.temporary = temporary;
  }

  @Override
  public List<FileImport.Report> read(
      FileImport.Request request, Consumer<FileImport.Progress> progress)
      throws StorageException, InterruptedException {
    Consent consent = new Consent(rules.judge(), pause.state());
    return new Reading(history, consent, new Names(identity.tags()), temporary, request, progress)
        .run();
  }

  @Override
  public long write(
      HistoryExport.Request request, OutputStream to, Consumer<HistoryExport.Progress> progress)
      throws IOException, StorageException, InterruptedException {
    return new Writing(history, request, progress).to(to);
  }

  @Override
  public long write(
      HistoryExport.Request request,
      Path file,
      boolean replace,
      Consumer<HistoryExport.Progress> progress)
      throws IOException, StorageException, InterruptedException {
    return new Writing(history, request, progress).to(file, replace);
  }
}
