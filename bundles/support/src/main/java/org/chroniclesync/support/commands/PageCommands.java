// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Instant;
import org.chroniclesync.api.page.Page;
import org.jspecify.annotations.Nullable;

/** The page that a person opens in a browser. */
public final class PageCommands {
  private PageCommands() {}

  /**
   * Draws a link that opens the page once.
   *
   * @throws IllegalStateException if there is no page, or it cannot be reached
   */
  public static String open(@Nullable Page page, boolean json) {
    if (page == null) {
      throw new IllegalStateException("There is no page: start the bundle org.chroniclesync.web.");
    }
    Page.Link link = page.link();
    return json
        ? Json.link(link)
        : "%s%nIt opens the page once, in a browser of this computer, until %s."
            .formatted(link.address(), time(link.until()));
  }

  private static String time(Instant instant) {
    return Times.show(instant).substring("yyyy-MM-dd ".length());
  }
}
