// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.importer;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.chroniclesync.api.history.DeviceId;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How far the import of one profile is.
 *
 * @param browser the browser's name, such as {@code Firefox}; empty if there is no profile
 * @param path the profile directory
 * @param deviceId the device that its visits belong to, or null if there is no profile
 * @param importedVisits how many visits of it are in the history through this importer
 * @param skipped how many visits that the database was seen to hold were left out, by reason; kept
 *     over restarts, counted anew when the rules change
 * @param lastRun when its database was last read to the end, or null if it was not yet
 * @param problem a sentence that says what is wrong and what to do, or null
 * @param vanished how many visits are not in the browser any more and stand here until the person
 *     has said what becomes of them; see {@link BrowserImport#settle}
 */
@ProviderType
public record ProfileStatus(
    String browser,
    Path path,
    @Nullable DeviceId deviceId,
    long importedVisits,
    Map<SkipReason, Long> skipped,
    @Nullable Instant lastRun,
    @Nullable String problem,
    long vanished) {
  /** Copies the map. */
  public ProfileStatus {
    skipped = Map.copyOf(skipped);
  }

  /**
   * Makes the status of a profile from which nothing vanished.
   *
   * @param browser the browser's name
   * @param path the profile directory
   * @param deviceId the device, or null
   * @param importedVisits how many visits are in the history
   * @param skipped how many were left out
   * @param lastRun when it was read, or null
   * @param problem what is wrong, or null
   */
  public ProfileStatus(
      String browser,
      Path path,
      @Nullable DeviceId deviceId,
      long importedVisits,
      Map<SkipReason, Long> skipped,
      @Nullable Instant lastRun,
      @Nullable String problem) {
    this(browser, path, deviceId, importedVisits, skipped, lastRun, problem, 0);
  }
}
