// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** A deletion, or an undoing, that is under way. Safe for any thread. */
@ProviderType
public interface DeletionWork {
  /**
   * Returns how far it is. Does not block.
   *
   * @return the deletion as it is now
   */
  Deletion now();

  /**
   * Waits until it is through, failed or was cancelled, but not for other devices.
   *
   * @param patience how long at most
   * @return true if it has ended
   * @throws InterruptedException if the thread was interrupted
   */
  boolean await(Duration patience) throws InterruptedException;

  /**
   * Ends it after the step that is under way. What was deleted by then stays so, and can be undone
   * like a whole deletion. Without effect when it has ended.
   */
  void cancel();
}
