// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A storage that runs.
 *
 * @param type its technology, such as {@code sqlite}
 * @param durable whether what it holds outlives the process
 * @param role what it does
 */
@ProviderType
public record StorageStatus(String type, boolean durable, Role role) {
  /** What a storage does for the node. */
  @ProviderType
  public sealed interface Role {
    /** It has not answered yet; it is used or stands by as soon as it does. */
    @ProviderType
    record Starting() implements Role {}

    /**
     * The history is read from it and written to it.
     *
     * @param copiedFrom the storage that was in use before and whose history it took over whole, or
     *     null if there was none to copy: what it lacks then comes from the peers
     */
    @ProviderType
    record InUse(@Nullable String copiedFrom) implements Role {}

    /**
     * It is being filled from the one in use, and may follow it once it has everything.
     *
     * @param left how many changes it lacks, 0 if it has everything
     */
    @ProviderType
    record StandingBy(long left) implements Role {}

    /**
     * It fails, and is passed over until it works again; it is tried again from time to time, and
     * when it changes. {@link NodeStatus#parts} says why.
     */
    @ProviderType
    record PassedOver() implements Role {}
  }
}
