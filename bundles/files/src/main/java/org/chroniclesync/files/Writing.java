// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.chroniclesync.api.exporter.HistoryExport.Format;
import org.chroniclesync.api.exporter.HistoryExport.Progress;
import org.chroniclesync.api.exporter.HistoryExport.Request;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.files.PrivateFiles;

/** One export. Reads in steps, between which the storage may change. For one thread. */
final class Writing {
  /** How many visits are read in a step: a loan should be short. */
  static final int STEP = 5_000;

  /** A step ends before, if its entries are long: their texts have so many characters. */
  private static final int STEP_CHARS = 8_000_000;

  private static final int BUFFER_BYTES = 1 << 16;

  private final History history;
  private final Request request;
  private final Query query;
  private final boolean everything;
  private final Consumer<Progress> progress;
  private Bound last = Bound.START;
  private double from;
  private boolean done;
  private long looked;
  private long written;

  Writing(History history, Request request, Consumer<Progress> progress) {
    this.history = history;
    this.request = request;
    this.progress = progress;
    everything = request.query().isBlank();
    query = Query.of(new Search(request.query(), 1).naming(request.names()));
    from = Math.max(request.fromMillis(), query.fromMillis());
  }

  long to(OutputStream to) throws IOException, StorageException, InterruptedException {
    if (request.format() == Format.SQLITE) {
      throw new IllegalArgumentException("A SQLite database is a file; name one.");
    }
    BufferedOutputStream buffered = new BufferedOutputStream(to, BUFFER_BYTES);
    try (EntryWriter writer = writer(buffered)) {
      copy(writer);
    }
    buffered.flush();
    return written;
  }

  long to(Path file, boolean replace) throws IOException, StorageException, InterruptedException {
    if (!replace && Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    if (Files.isDirectory(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path draft = Files.createTempFile(folder, ".chroniclesync-", ".part");
    try {
      PrivateFiles.restrict(draft);
      if (request.format() == Format.SQLITE) {
        try (EntryWriter writer = new SqliteWriter(draft)) {
          copy(writer);
        }
      } else {
        try (OutputStream out = Files.newOutputStream(draft)) {
          to(out);
        }
      }
      PrivateFiles.publish(draft, file, replace);
    } finally {
      Files.deleteIfExists(draft);
    }
    return written;
  }

  private EntryWriter writer(OutputStream to) throws IOException {
    return switch (request.format()) {
      case NDJSON -> new EntryJson(to);
      case CSV -> new CsvWriter(to);
      case HTML -> new HtmlWriter(to);
      case SQLITE -> throw new IllegalStateException("a database is no stream");
    };
  }

  private void copy(EntryWriter writer) throws IOException, StorageException, InterruptedException {
    while (!done) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      List<Entry> step = new ArrayList<>();
      long total =
          history.borrow(
              store -> {
                read(store, step);
                return store.state().entries();
              });
      for (Entry entry : step) {
        writer.write(entry);
      }
      written += step.size();
      progress.accept(new Progress(written, looked, total));
    }
    writer.end();
  }

  private void read(HistoryStore store, List<Entry> into) throws StorageException {
    double until = Math.min(request.untilMillis(), query.untilMillis());
    if (from >= until) {
      done = true;
      return;
    }
    int count = 0;
    int chars = 0;
    try (Cursor<Entry> cursor = store.read(new Window(from, until, Window.Order.OLDEST_FIRST))) {
      while (count < STEP && chars < STEP_CHARS) {
        Entry entry = cursor.next();
        if (entry == null) {
          done = true;
          return;
        }
        Bound place = Bound.of(entry);
        // What was read in the step before, at the same moment as its last.
        if (place.compareTo(last) > 0) {
          last = place;
          count++;
          if (isAsked(entry)) {
            into.add(entry);
            chars += chars(entry);
          }
        }
      }
    } finally {
      looked += count;
      from = Math.max(from, last.visitTimeMillis());
    }
  }

  private static int chars(Entry entry) {
    PageSummary page = entry.page();
    return entry.url().length()
        + entry.title().length()
        + entry.unknown().json().length()
        + (page == null ? 0 : page.summary().length());
  }

  private boolean isAsked(Entry entry) {
    return everything || (query.admits(entry) && query.rate(entry) > 0);
  }
}
