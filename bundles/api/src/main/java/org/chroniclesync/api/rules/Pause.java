// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.rules;

import java.time.Duration;
import java.time.Instant;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Pauses of the import on this device. Registered as an OSGi service. Safe for any thread. All
 * methods wait while there is no storage, in which pauses are kept: they survive a restart.
 */
@ProviderType
public interface Pause {
  /** The longest pause. */
  Duration MAX_DURATION = Duration.ofDays(31);

  /** How it stands with pauses at one moment. Immutable. */
  @ProviderType
  interface State {
    /**
     * Returns until when nothing is imported.
     *
     * @return the end of the pause, or null if there is none
     */
    @Nullable Instant until();

    /**
     * Tells whether visits of the pause are never imported.
     *
     * @return true if they are forgotten
     */
    boolean forgets();

    /**
     * Tells whether a visit was made in a pause that is to be forgotten.
     *
     * @param visitMillis when it was, milliseconds since 1970
     * @return true if it must not be imported, neither now nor later
     */
    boolean forgot(double visitMillis);
  }

  /**
   * Imports nothing for a while, from now on. A pause that is under way is replaced; what it was to
   * forget stays forgotten.
   *
   * @param length how long, more than nothing, at most {@link #MAX_DURATION}
   * @param forget true if what is visited meanwhile is never to be imported; else it is when the
   *     pause is over
   * @return until when
   * @throws IllegalArgumentException if it is too long, or too many stretches of time are forgotten
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  Instant begin(Duration length, boolean forget) throws StorageException, InterruptedException;

  /**
   * Ends the pause now.
   *
   * @return false if there was none
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  boolean end() throws StorageException, InterruptedException;

  /**
   * Returns how it stands.
   *
   * @return the state now
   * @throws StorageException if it cannot be read
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  State state() throws StorageException, InterruptedException;
}
