// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.importer.FileImport;

/**
 * Says every two seconds how far a long command is, how fast it goes and how long it will take.
 * When nobody listens any more, it interrupts the command. For one thread.
 */
final class ProgressLines {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int MAX_NAME_CHARS = 80;

  private final PrintStream to;
  private String source = "";
  private long last = System.nanoTime();
  private long began = last;
  private long said = last;

  ProgressLines(PrintStream to) {
    this.to = to;
  }

  void imported(FileImport.Progress progress) {
    if (!progress.source().equals(source)) {
      source = progress.source();
      // Since the file before ended.
      began = last;
    }
    String name = source.substring(Math.max(0, source.length() - MAX_NAME_CHARS));
    line(Terminal.safe(name), progress.visits(), progress.done(), progress.total());
  }

  void exported(HistoryExport.Progress progress) {
    line("export", progress.written(), progress.looked(), progress.total());
  }

  void deleted(String what, long visits) {
    line(what, visits, 0, 0);
  }

  private void line(String what, long visits, long done, long total) {
    long now = System.nanoTime();
    last = now;
    if (now - said < INTERVAL_NANOS) {
      return;
    }
    said = now;
    double seconds = Math.max(1, now - began) / 1e9;
    StringBuilder text =
        new StringBuilder(
            "%s: %,d visits, %,d a second".formatted(what, visits, (long) (visits / seconds)));
    if (done > 0 && total >= done) {
      text.append(
          ", %d %%, %,d s left"
              .formatted(100 * done / total, (long) (seconds * (total - done) / done)));
    }
    to.println(text);
    if (to.checkError()) {
      Thread.currentThread().interrupt();
    }
  }
}
