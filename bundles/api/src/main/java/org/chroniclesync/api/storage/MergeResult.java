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
 * @param changed the visits whose standing version is now another than before the merge, each once,
 *     in no particular order. Of several versions of a visit in the batch, the one that stands in
 *     the end counts: where that is the version that stood before, the visit is not named.
 */
@ProviderType
public record MergeResult(long head, List<EntryId> changed) {
  /** Copies the list. */
  public MergeResult {
    changed = List.copyOf(changed);
  }
}
