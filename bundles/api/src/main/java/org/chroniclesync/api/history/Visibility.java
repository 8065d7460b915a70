// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which visits a person made, and so expects in lists and searches. A browser also records what a
 * page loads on its own. Safe for any thread.
 */
@ProviderType
public final class Visibility {
  private static final Set<String> OF_FRAMES = Set.of("auto_subframe", "manual_subframe");

  private Visibility() {}

  /**
   * Tells whether lists and searches show a visit.
   *
   * @param entry any entry
   * @return false for a tombstone and for what a page loaded into one of its frames
   */
  public static boolean isShown(Entry entry) {
    return !entry.deleted() && isShown(entry.transition());
  }

  /**
   * Tells whether lists and searches show the visits of a transition.
   *
   * @param transition as in {@link Entry#transition()}
   * @return false for what a page loads into one of its frames
   */
  public static boolean isShown(String transition) {
    return !OF_FRAMES.contains(transition);
  }
}
