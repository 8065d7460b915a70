// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.page;

import java.net.URI;
import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The page of this node. Registered as an OSGi service by the bundle that serves it. Safe for any
 * thread; no method blocks.
 */
@ProviderType
public interface Page {
  /**
   * Draws a link that opens the page once, for whoever owns this node.
   *
   * @return the link
   * @throws IllegalStateException if the page cannot be reached; says why to a person
   */
  Link link();

  /**
   * Returns the same page for other devices in the house.
   *
   * @return always the same
   */
  Sharing sharing();

  /**
   * A link that opens the page once.
   *
   * @param address what a browser of this computer opens; a secret while it is good
   * @param until when it ends by itself
   */
  @ProviderType
  record Link(URI address, Instant until) {
    /** Returns nothing of the address, which is secret while it is good. */
    @Override
    public String toString() {
      return "Link[until=" + until + "]";
    }
  }
}
