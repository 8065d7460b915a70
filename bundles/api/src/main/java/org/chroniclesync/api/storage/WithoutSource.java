// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.jspecify.annotations.Nullable;

/** A stretch of the change feed, less the changes of one source. */
final class WithoutSource implements Cursor<Change> {
  private final Cursor<Change> all;
  private final long upTo;
  private final @Nullable FeedId leftOut;
  private boolean ended;

  WithoutSource(Cursor<Change> all, long upTo, @Nullable FeedId leftOut) {
    this.all = all;
    this.upTo = upTo;
    this.leftOut = leftOut;
  }

  @Override
  public @Nullable Change next() throws StorageException {
    // Once more after the end, too: whoever asks a closed store must hear of it.
    Change next = all.next();
    while (isWithin(next) && isLeftOut(next)) {
      next = all.next();
    }
    ended |= !isWithin(next);
    return ended ? null : next;
  }

  private boolean isWithin(@Nullable Change change) {
    return change != null && change.position() <= upTo;
  }

  private boolean isLeftOut(@Nullable Change change) {
    return change != null && leftOut != null && leftOut.equals(change.source());
  }

  @Override
  public void close() {
    all.close();
  }
}
