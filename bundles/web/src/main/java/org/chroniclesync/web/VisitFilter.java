// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.Locale;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.jspecify.annotations.Nullable;

/** Which visits of the timeline are wanted. What is null does not count. */
record VisitFilter(
    @Nullable String device,
    @Nullable String browser,
    @Nullable String host,
    @Nullable String kind) {
  static final VisitFilter ALL = new VisitFilter(null, null, null, null);

  VisitFilter {
    host = host == null ? null : host.toLowerCase(Locale.ROOT).replaceFirst("^www\\.", "");
  }

  /** Tells whether many visits may have to be looked at for few. */
  boolean isNarrow() {
    return !equals(ALL);
  }

  boolean accepts(Entry entry) {
    return isKind(entry)
        && (device == null || device.equals(entry.device().id().value()))
        && (browser == null || browser.equalsIgnoreCase(entry.device().browserName()))
        && (host == null || isHost(Shapes.host(entry.url())));
  }

  /** Frames are shown only to those who ask for them by their kind. */
  private boolean isKind(Entry entry) {
    return kind == null ? Visibility.isShown(entry) : kind.equals(entry.transition());
  }

  private boolean isHost(String visited) {
    return visited.equals(host) || visited.endsWith("." + host);
  }
}
