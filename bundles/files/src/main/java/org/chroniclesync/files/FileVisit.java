// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import org.chroniclesync.support.browsers.Visit;
import org.jspecify.annotations.Nullable;

/**
 * A visit as a file tells of it.
 *
 * @param url the address; empty if there is none
 * @param title the title, or empty
 * @param micros when, in microseconds since 1970, or 0 if there is no time that can be
 * @param transition in the words of the browser extension API
 * @param origin who made it
 * @param name what tells it from all other visits of the file, for ever; null if page and moment do
 * @param referrer the name of the visit that led here, or null
 */
record FileVisit(
    String url,
    String title,
    long micros,
    String transition,
    Visit.Origin origin,
    @Nullable String name,
    @Nullable String referrer) {
  static final String LINK = "link";

  /** Returns the same visit with a name, and the address as it is to be stored. */
  FileVisit as(String stored, String named) {
    return new FileVisit(stored, title, micros, transition, origin, named, referrer);
  }

  static FileVisit of(String url, String title, long micros, String transition) {
    return new FileVisit(url, title, micros, transition, Visit.Origin.OWN, null, null);
  }
}
