// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Packs URLs, each as what parts it from an earlier one of the same origin. */
final class UrlPacker {
  private static final int SLASHES_TO_PATH = 3;
  private static final int ASCII = 0x80;

  private final List<String> urls;
  private final long[] distances;
  private final long[] shared;

  UrlPacker(List<String> urls) {
    this.urls = urls;
    this.distances = new long[urls.size()];
    this.shared = new long[urls.size()];
  }

  void write(CborWriter to) {
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < shared.length; i++) {
      String url = urls.get(i);
      Integer same = last.put(origin(url), i);
      // Most URLs share their scheme at least.
      int base = same == null ? i - 1 : same;
      if (base >= 0) {
        distances[i] = (long) i - base;
        shared[i] = sharedChars(urls.get(base), url);
      }
    }
    EntryPacker.writeColumn(distances, to);
    EntryPacker.writeColumn(shared, to);
    to.array(shared.length);
    for (int i = 0; i < shared.length; i++) {
      to.text(urls.get(i), (int) shared[i]);
    }
  }

  private static String origin(String url) {
    int at = -1;
    for (int i = 0; i < SLASHES_TO_PATH; i++) {
      at = url.indexOf('/', at + 1);
      if (at < 0) {
        return url;
      }
    }
    return url.substring(0, at);
  }

  /** Counts ASCII alone, of which every language has the same idea what one character is. */
  private static int sharedChars(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int i = 0;
    while (i < most && one.charAt(i) == other.charAt(i) && one.charAt(i) < ASCII) {
      i++;
    }
    return i;
  }
}
