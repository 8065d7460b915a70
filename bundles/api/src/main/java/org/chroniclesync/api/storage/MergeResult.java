// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.chroniclesync.api.history.EntryId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a merge did.
 *
 * @param head the position of the store's feed afterwards
 * @param changed the visits whose standing version is now another, each once
 */
@ProviderType
public record MergeResult(long head, List<EntryId> changed) {
  /** Copies the list. */
  public MergeResult {
    changed = List.copyOf(changed);
  }
}
