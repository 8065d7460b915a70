// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.support.Selector;
import org.jspecify.annotations.Nullable;

/**
 * What the full-text index holds of the host of an address besides its words: one word for the host
 * and one for each that it is below. FTS5 finds that at once, where it would look for the words of
 * a host in a row wherever each of them stands. A number stands for a host, so what a host is made
 * of need not be a word; two that share it cost a look at a page more.
 */
final class Sites {
  /** No word of a text holds it. */
  private static final char MARK = '\uE001';

  /** Of a host with more labels these last ones are told, so that none takes many words. */
  private static final int MOST_LABELS = 8;

  private Sites() {}

  /** Returns the words for an address, separated by blanks; empty if it has no host. */
  static String of(String url) {
    String host = shortened(Selector.host(url));
    StringBuilder words = new StringBuilder();
    for (int start = 0; start < host.length(); ) {
      words.append(word(host.substring(start))).append(' ');
      int dot = host.indexOf('.', start);
      start = dot < 0 ? host.length() : dot + 1;
    }
    return words.toString();
  }

  /** Returns the word that each address has on a host or below it, or null if none is named. */
  static @Nullable String asked(String host) {
    String name = shortened(host.replaceFirst(":[0-9]*$", ""));
    return name.isEmpty() ? null : word(name);
  }

  static boolean isSite(String word) {
    return word.charAt(0) == MARK;
  }

  private static String shortened(String host) {
    int start = host.length();
    for (int labels = 0; labels < MOST_LABELS && start > 0; labels++) {
      start = host.lastIndexOf('.', start - 1);
    }
    return host.isEmpty() ? host : host.substring(start + 1);
  }

  private static String word(String host) {
    return MARK + Long.toUnsignedString(Rank.key(host), Character.MAX_RADIX);
  }
}
