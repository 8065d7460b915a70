// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.importer;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Imports the history of the browsers on this machine, once and then as it grows. Registered as an
 * OSGi service by the importer's bundle while it is configured. Safe for any thread.
 *
 * <ul>
 *   <li>Every visit is imported that the browser lists, not only the last to a page. Pages of
 *       frames and steps of redirects are not; the visit behind them still names the one before as
 *       its referrer. Visits that the browser itself got from another device are left out: that
 *       device tells of them.
 *   <li>A visit is in the history once, also when its profile is moved, copied or imported again.
 *   <li>What is deleted in a browser stays in the history of the node. A title that comes or
 *       changes later is taken over for recent visits, ever less often for a page that keeps
 *       changing it.
 *   <li>Private windows leave nothing on the disk, so nothing of them can come here.
 * </ul>
 */
@ProviderType
public interface BrowserImport {
  /**
   * Returns the profiles that are known, in a stable order.
   *
   * @return a line a profile, as it stands now; does not block
   */
  List<ProfileStatus> profiles();

  /**
   * Looks for profiles and imports what is new in all of them, without waiting for the next round.
   * Returns when that is done, when the importer is closed, or, with the thread's interrupt status
   * set, when the thread is interrupted. Waits while there is no storage.
   */
  void importNow();
}
