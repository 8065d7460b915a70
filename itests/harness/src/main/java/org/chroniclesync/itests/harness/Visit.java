// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * An entry of a history, as far as tests care.
 *
 * @param device who recorded it
 * @param visitId its name on that device
 * @param url the page
 * @param title the page's title
 * @param visitTimeMillis milliseconds since 1970
 * @param lastModifiedMillis milliseconds since 1970
 * @param deleted true for a tombstone
 */
public record Visit(
    String device,
    String visitId,
    String url,
    String title,
    double visitTimeMillis,
    long lastModifiedMillis,
    boolean deleted) {
  /**
   * Makes a visit of a moment ago.
   *
   * @param device who recorded it
   * @param visitId its name on that device
   * @param title the page's title
   * @return a visit
   */
  public static Visit of(String device, String visitId, String title) {
    long now = System.currentTimeMillis();
    return new Visit(
        device,
        visitId,
        "https://" + device + ".example/" + visitId,
        title,
        now - 60_000.25,
        now - 60_000,
        false);
  }

  /**
   * Makes visits of a moment ago, numbered from 0.
   *
   * @param device who recorded them
   * @param count how many
   * @return the visits
   */
  public static List<Visit> several(String device, int count) {
    List<Visit> visits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      visits.add(of(device, device + "-" + i, "Page number " + i));
    }
    return visits;
  }

  /**
   * Returns the tombstone of this visit, made now.
   *
   * @return a newer version
   */
  public Visit tombstone() {
    long now = Math.max(System.currentTimeMillis(), lastModifiedMillis + 1);
    return new Visit(device, visitId, url, "", visitTimeMillis, now, true);
  }
}
