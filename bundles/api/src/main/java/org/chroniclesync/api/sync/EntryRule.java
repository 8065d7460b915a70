// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import org.chroniclesync.api.history.Entry;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what is stored of an entry that comes. Registered as an OSGi service; a node asks all
 * there are, one after another. A rule that throws is passed over and named in the status.
 *
 * <p>Nodes of one account end equal only if an answer depends on the entry and on what the
 * account's devices agree on, and on nothing else, and if asking again of an answer gives the same.
 */
@ConsumerType
public interface EntryRule {
  /**
   * Returns what is to be stored. Called by any thread; should not block for long.
   *
   * @param entry what came, from a peer or from this device
   * @return the same object to store it as it is; or another version of the same visit, made later,
   *     which then goes to the sender, too: a tombstone if it must not be kept
   * @throws Exception if it cannot tell
   */
  Entry apply(Entry entry) throws Exception;
}
