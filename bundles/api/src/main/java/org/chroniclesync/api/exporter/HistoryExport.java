// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.exporter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes the history, or a part of it, into files that other programs read. Registered as an OSGi
 * service by the bundle that writes files. Safe for any thread; several exports may run at once.
 *
 * <p>Visits are written oldest first. Tombstones are not: what is gone stays gone. The history is
 * read in short steps, so that the memory that an export takes does not grow with it; a visit that
 * is stored meanwhile may be written or not.
 */
@ProviderType
public interface HistoryExport {
  /** In which form. */
  @ProviderType
  enum Format {
    /** A JSON object a line, with all that is known of a visit: what is imported again is equal. */
    NDJSON,
    /** A table as RFC 4180 has it, with a heading. */
    CSV,
    /** A database. */
    SQLITE,
    /** The bookmark file of Netscape, which browsers read. */
    HTML
  }

  /**
   * What to write.
   *
   * @param format in which form
   * @param query only visits that answer it, as in {@link Search}; blank for all
   * @param fromMillis the earliest visit time, milliseconds since 1970
   * @param untilMillis the first visit time that no longer belongs to it
   * @param names what devices are called, besides what they say of themselves, as in {@link Search}
   */
  @ProviderType
  record Request(
      Format format,
      String query,
      double fromMillis,
      double untilMillis,
      Map<DeviceId, String> names) {
    /**
     * Checks the bounds and copies the names.
     *
     * @throws IllegalArgumentException if the query is too long or a time not finite
     */
    public Request {
      Bounds.text("search text", query, Search.MAX_TEXT_CHARS);
      Bounds.finite("from", fromMillis);
      Bounds.finite("until", untilMillis);
      names = Map.copyOf(names);
    }

    /**
     * Asks without knowing what devices are called.
     *
     * @param format in which form
     * @param query only visits that answer it; blank for all
     * @param fromMillis the earliest visit time, milliseconds since 1970
     * @param untilMillis the first visit time that no longer belongs to it
     */
    public Request(Format format, String query, double fromMillis, double untilMillis) {
      this(format, query, fromMillis, untilMillis, Map.of());
    }

    /**
     * Asks for everything.
     *
     * @param format in which form
     * @return a request for all visits
     */
    public static Request all(Format format) {
      return new Request(format, "", -Double.MAX_VALUE, Double.MAX_VALUE);
    }
  }

  /**
   * How far an export is.
   *
   * @param written how many visits were written
   * @param looked how many visits were looked at
   * @param total how many visits the history holds; some may lie outside the stretch of time
   */
  @ProviderType
  record Progress(long written, long looked, long total) {}

  /**
   * Writes to a stream, on the thread of the caller. Waits while there is no storage. An interrupt
   * ends it.
   *
   * @param request what to write
   * @param to where to; flushed in the end, not closed
   * @param progress told every few thousand visits, on the thread of the caller
   * @return how many visits were written
   * @throws IOException if the stream throws it
   * @throws StorageException if the history could not be read
   * @throws InterruptedException if the thread was interrupted
   * @throws IllegalArgumentException if the format needs a file
   */
  long write(Request request, OutputStream to, Consumer<Progress> progress)
      throws IOException, StorageException, InterruptedException;

  /**
   * Writes a file that only its owner may read, on the thread of the caller. It appears under its
   * name when it is complete. Waits while there is no storage. An interrupt ends it, and leaves
   * nothing behind.
   *
   * @param request what to write
   * @param file the file, absolute; its folder exists
   * @param replace true to replace a file that is there
   * @param progress told every few thousand visits, on the thread of the caller
   * @return how many visits were written
   * @throws java.nio.file.FileAlreadyExistsException if there is a file and it is not to be
   *     replaced
   * @throws IOException if the file cannot be written
   * @throws StorageException if the history could not be read
   * @throws InterruptedException if the thread was interrupted
   */
  long write(Request request, Path file, boolean replace, Consumer<Progress> progress)
      throws IOException, StorageException, InterruptedException;
}
