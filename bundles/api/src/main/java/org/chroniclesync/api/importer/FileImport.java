// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.importer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Imports history from files: databases of browsers of old computers, exports of browsers and other
 * programs, our own exports, and archives of them. Registered as an OSGi service by the bundle that
 * reads files. Safe for any thread; several imports may run at once.
 *
 * <ul>
 *   <li>A file is recognised by what is in it, never by its name.
 *   <li>A visit gets the same id whenever the same file is read: an import that was interrupted is
 *       completed by running it again, and nothing is there twice.
 *   <li>A visit that is in the history already under another name is left out, as far as that can
 *       be told.
 *   <li>A number is taken for a time only if it makes sense in the unit that the format has.
 *   <li>A file is read as a stream: the memory that it takes does not grow with it. It is not
 *       changed.
 * </ul>
 */
@ProviderType
public interface FileImport {
  /** Most paths of one request. */
  int MAX_PATHS = 1_000;

  /**
   * Reads files and stores their visits, on the thread of the caller. Waits while there is no
   * storage. An interrupt ends it; what was stored until then stays.
   *
   * @param request what to read
   * @param progress told every few thousand visits, on the thread of the caller
   * @return a line for each file or member of an archive that holds visits, or was named and holds
   *     none; in the order in which they were read
   * @throws StorageException if visits could not be stored; those before are
   * @throws InterruptedException if the thread was interrupted
   */
  List<Report> read(Request request, Consumer<Progress> progress)
      throws StorageException, InterruptedException;

  /**
   * What to read.
   *
   * @param paths files and folders, 1 to {@value #MAX_PATHS}, absolute
   * @param dryRun true to store nothing and only tell what would be stored
   * @param device the name of the device that the visits belong to, where a file does not say so
   *     itself; two files with one name are of one device. Null for a device of its own for each
   *     file
   */
  @ProviderType
  record Request(List<Path> paths, boolean dryRun, @Nullable String device) {
    /**
     * Copies the list and checks the bounds.
     *
     * @throws IllegalArgumentException if there are no paths or too many, a relative one, or the
     *     name is empty or too long
     */
    public Request {
      paths = List.copyOf(paths);
      if (paths.isEmpty() || paths.size() > MAX_PATHS) {
        throw new IllegalArgumentException(
            "Name 1 to %,d files or folders; there are %,d.".formatted(MAX_PATHS, paths.size()));
      }
      for (Path path : paths) {
        if (!path.isAbsolute()) {
          throw new IllegalArgumentException("Give the whole path of " + path + ".");
        }
      }
      if (device != null) {
        Bounds.text("device name", Bounds.id("device name", device), Bounds.MAX_FIELD_CHARS);
      }
    }
  }

  /**
   * How far a file is read.
   *
   * @param source the file, for a person
   * @param format what it is, for a person
   * @param visits how many visits were read
   * @param done how much of the file was read, in a unit that depends on the format
   * @param total how much there is, in the same unit; 0 if that is not known
   */
  @ProviderType
  record Progress(String source, String format, long visits, long done, long total) {}

  /**
   * What became of a file.
   *
   * @param source the file, for a person; text from outside
   * @param format what it is, for a person; empty if it was not recognised
   * @param deviceId the device that its visits belong to, or null if there are none or they say it
   *     themselves
   * @param imported how many visits were stored, or would be
   * @param skipped how many were left out, by reason
   * @param problem a sentence that says what is wrong and what to do, or null. What was read before
   *     is stored
   */
  @ProviderType
  record Report(
      String source,
      String format,
      @Nullable DeviceId deviceId,
      long imported,
      Map<SkipReason, Long> skipped,
      @Nullable String problem) {
    /** Copies the map. */
    public Report {
      skipped = Map.copyOf(skipped);
    }
  }
}
