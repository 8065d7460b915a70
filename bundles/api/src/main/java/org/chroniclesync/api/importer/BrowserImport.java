// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.importer;

import java.nio.file.Path;
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
 *   <li>What is deleted in a browser stays in the history of the node, or is deleted on all
 *       devices, as the owner decided. Then a visit is deleted that vanished although the browser
 *       keeps visits of its age. Where very many vanished at once, or the profile seems to be
 *       another one, {@link ProfileStatus#vanished} counts them, and they stay until {@link
 *       #settle}.
 *   <li>A title that comes or changes later is taken over for recent visits, ever less often for a
 *       page that keeps changing it.
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

  /**
   * Says what becomes of the visits that {@link ProfileStatus#vanished} counts. Returns when it is
   * done or has begun, as {@link #importNow} does.
   *
   * @param profile the profile directory
   * @param delete true to delete them on all devices, undoably; false to keep them for good, and
   *     with them all visits until now that vanish later
   * @throws IllegalArgumentException if there is no such profile, or nothing is to be said about it
   */
  void settle(Path profile, boolean delete);
}
