// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Names the change feed of one store. Positions mean something only together with it: a peer that
 * has read a feed up to a position asks for what follows, and never again for what came before.
 *
 * <p>So a store that was emptied or replaced has a new feed, and so has one that was restored from
 * a copy: it would give out again the positions that came after the copy was made, and whoever has
 * read those already would miss what takes their place. Under a new feed the peers read everything
 * once more, which takes time and loses nothing. In doubt, take a new one.
 *
 * <p>A file does not tell that it is a copy. But a store can note its feed and its head in a second
 * file, after each merge and without waiting for the disk. When it is opened, and there is no note,
 * or one of another feed, or one of a head beyond its own, it takes a new feed. So an older copy is
 * noticed that takes the place of the file, or is used in another folder, and also a power cut that
 * took the last merges of a store that does not sync them. Not noticed is a copy of both files
 * together: of a folder, a disk, a virtual machine. Whoever restores one of those deletes the note,
 * and the documentation of the store says so. The SQLite storage does it that way, in {@code
 * FILE.lock}.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters, random
 */
@ProviderType
public record FeedId(String value) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public FeedId {
    Bounds.id("feed id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
