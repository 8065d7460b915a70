// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.chroniclesync.api.history.Device;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A page that a search found. Visits belong to one page if their URLs are equal, the fragment
 * included: many applications keep in it which of their pages is shown.
 *
 * @param url the page
 * @param title the title of its newest shown visit that has one; empty if none has
 * @param visits how many of its visits are shown, at least 1, whether or not they answer the
 *     question; see {@link org.chroniclesync.api.history.Visibility}
 * @param lastVisitMillis the time of the newest of them, milliseconds since 1970
 * @param devices who made them, the one with the newest visit first, each as in its newest visit
 * @param rank where the page stands among all that answer the question
 * @param snippet an excerpt of the text around the words found, as plain text
 * @param matches where the words found stand in the snippet, in order and apart from each other
 */
@ProviderType
public record Hit(
    String url,
    String title,
    long visits,
    double lastVisitMillis,
    List<Device> devices,
    Rank rank,
    String snippet,
    List<Match> matches) {
  /** Copies the lists. */
  public Hit {
    devices = List.copyOf(devices);
    matches = List.copyOf(matches);
  }

  /**
   * Returns how well the page fits.
   *
   * @return the score of its rank
   */
  public double score() {
    return rank.score();
  }

  /**
   * A stretch of the snippet.
   *
   * @param start the index of its first character
   * @param end the index after its last character
   */
  @ProviderType
  public record Match(int start, int end) {}
}
