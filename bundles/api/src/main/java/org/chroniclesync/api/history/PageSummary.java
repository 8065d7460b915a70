// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What a device made of a page's content. The content itself is never stored or sent.
 *
 * @param summary at most {@value Bounds#MAX_SUMMARY_CHARS} characters
 * @param extractedAtMillis when it was made, milliseconds since 1970
 */
@ProviderType
public record PageSummary(String summary, double extractedAtMillis) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the summary is too long or the time is not finite
   */
  public PageSummary {
    Bounds.text("summary", summary, Bounds.MAX_SUMMARY_CHARS);
    Bounds.finite("extractedAt", extractedAtMillis);
  }
}
