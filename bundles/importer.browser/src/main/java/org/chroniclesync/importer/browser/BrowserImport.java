// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.file.Path;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.History;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Imports the history of the browsers on this machine, once and then as it grows. Registered as an
 * OSGi service while the importer is configured. Safe for any thread.
 *
 * <ul>
 *   <li>Every visit is imported, also the steps of a redirect and the pages of frames; not only the
 *       last visit to a page. Visits that the browser itself got from another device are left out:
 *       that device tells of them.
 *   <li>What is deleted in a browser stays in the history of the node. A page whose title changes
 *       later keeps the title that it had when its visit was imported.
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
   * Starts an importer without a container, with the default settings and nothing excluded. It goes
   * on importing until it is closed.
   *
   * @param history where the visits go
   * @param self the node's own name, from which the device ids are made
   * @param profiles profile directories, or user data directories of the Chromium family; empty to
   *     find those of this machine
   * @return the running importer
   */
  static Running start(History history, PeerId self, List<Path> profiles) {
    return new Importer(history, self, Settings.defaults(profiles)).start();
  }

  /** An importer that its maker must close. */
  @ProviderType
  interface Running extends BrowserImport, AutoCloseable {
    /** Stops its thread and deletes its temporary files. Closing twice is allowed. */
    @Override
    void close();
  }
}
