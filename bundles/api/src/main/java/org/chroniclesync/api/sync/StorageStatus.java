// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import org.jspecify.annotations.Nullable;

/**
 * A storage that runs.
 *
 * @param type its technology, such as {@code sqlite}
 * @param durable whether what it holds outlives the process
 * @param role what it does
 */
public record StorageStatus(String type, boolean durable, Role role) {
  /** What a storage does for the node. */
  public sealed interface Role {
    /**
     * The history is read from it and written to it.
     *
     * @param copiedFrom the storage that was in use before and whose history it took over whole, or
     *     null if there was none to copy: what it lacks then comes from the peers
     */
    record InUse(@Nullable String copiedFrom) implements Role {}

    /**
     * It is being filled from the one in use, and may follow it once it has everything.
     *
     * @param left how many changes it lacks, 0 if it has everything
     */
    record StandingBy(long left) implements Role {}
  }
}
