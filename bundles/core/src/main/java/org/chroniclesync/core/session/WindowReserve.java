// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

/**
 * What all sessions of a node together may let their peers send beyond their first windows. Safe
 * for any thread.
 */
public final class WindowReserve {
  private static final long MOST_BYTES = 32 << 20;

  private long left = MOST_BYTES;

  /** Makes the reserve of a node. */
  public WindowReserve() {}

  /** Returns false if so much is not there any more. */
  synchronized boolean take(long bytes) {
    boolean there = bytes <= left;
    left -= there ? bytes : 0;
    return there;
  }

  synchronized void giveBack(long bytes) {
    left += bytes;
  }
}
