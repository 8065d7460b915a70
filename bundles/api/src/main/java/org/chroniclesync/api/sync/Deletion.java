// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A deletion that was made on this device. It does not say of what: when it is final, nothing does.
 *
 * @param number its number on this device, from 1; 0 until it has one
 * @param at when it began
 * @param visits how many visits it has deleted, or of an undoing has brought back, so far
 * @param state where it stands
 * @param undoUntil until when it can be undone, or null if it cannot, any more
 * @param problem why it failed, a sentence for a person with what to do, or null
 * @param holding the devices that are known to hold it, this one not included
 * @param lacking the known devices that are not known to hold it yet, those seen last first
 */
@ProviderType
public record Deletion(
    long number,
    Instant at,
    long visits,
    State state,
    @Nullable Instant undoUntil,
    @Nullable String problem,
    List<KnownDevice> holding,
    List<KnownDevice> lacking) {
  /** Where a deletion stands. */
  @ProviderType
  public enum State {
    /** Visits are being deleted. */
    UNDER_WAY,
    /** It is through, and can be undone. */
    UNDOABLE,
    /** Its visits are being brought back. */
    UNDOING,
    /** Its visits were brought back. */
    UNDONE,
    /** It is through, and nothing can bring its visits back. */
    FINAL,
    /** It ended before it was through; what it did until then holds. */
    FAILED
  }

  /** Copies the lists. */
  public Deletion {
    holding = List.copyOf(holding);
    lacking = List.copyOf(lacking);
  }
}
