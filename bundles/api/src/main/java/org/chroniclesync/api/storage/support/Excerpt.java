// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.storage.Hit.Match;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The part of an entry's text that shows why it was found: of summary, title and URL the one where
 * most terms occur, cut to a stretch around them.
 *
 * @param text plain text
 * @param matches where the terms stand in it
 */
@ProviderType
public record Excerpt(String text, List<Match> matches) {
  /** Longest text, in characters, without the marks that say where it was cut. */
  public static final int MAX_CHARS = 160;

  private static final String CUT = "…";

  /** Copies the list. */
  public Excerpt {
    matches = List.copyOf(matches);
  }

  /**
   * Cuts the excerpt of an entry.
   *
   * @param entry the entry that was found
   * @param query the question
   * @return the excerpt, without matches if nothing in it answers the question
   */
  public static Excerpt of(Entry entry, Query query) {
    PageSummary page = entry.page();
    Excerpt best = null;
    int most = -1;
    for (String field :
        List.of(
            page == null ? "" : page.summary(),
            entry.title(),
            entry.url(),
            Address.readable(entry.url()))) {
      List<Word> words = Words.in(field);
      int terms = (int) query.terms().stream().filter(term -> term.standsIn(words)).count();
      if (terms > most && !field.isEmpty()) {
        most = terms;
        best = cut(field, matches(words, query));
      }
    }
    return best == null ? new Excerpt("", List.of()) : best;
  }

  /** Returns the stretches that the terms cover, in order and apart from each other. */
  private static List<Match> matches(List<Word> words, Query query) {
    List<Match> matches = new ArrayList<>();
    for (int at = 0; at < words.size(); at++) {
      int end = -1;
      for (Query.Term term : query.terms()) {
        if (term.standsAt(words, at)) {
          end = Math.max(end, words.get(at + term.length() - 1).end());
        }
      }
      if (end >= 0) {
        append(matches, new Match(words.get(at).start(), end));
      }
    }
    return matches;
  }

  private static void append(List<Match> matches, Match match) {
    if (!matches.isEmpty() && matches.get(matches.size() - 1).end() >= match.start()) {
      Match last = matches.remove(matches.size() - 1);
      matches.add(new Match(last.start(), Math.max(last.end(), match.end())));
    } else {
      matches.add(match);
    }
  }

  private static Excerpt cut(String field, List<Match> matches) {
    if (field.length() <= MAX_CHARS) {
      return new Excerpt(plain(field), matches);
    }
    int first = matches.isEmpty() ? 0 : matches.get(0).start();
    int start =
        whole(field, Math.max(0, Math.min(first - MAX_CHARS / 4, field.length() - MAX_CHARS)));
    int end = whole(field, Math.min(field.length(), start + MAX_CHARS));
    String before = start > 0 ? CUT : "";
    int shift = before.length() - start;
    List<Match> shown = new ArrayList<>();
    for (Match match : matches) {
      if (match.start() < end) {
        shown.add(new Match(match.start() + shift, Math.min(match.end(), end) + shift));
      }
    }
    String after = end < field.length() ? CUT : "";
    return new Excerpt(before + plain(field.substring(start, end)) + after, shown);
  }

  /** Returns an index that does not split a surrogate pair. */
  private static int whole(String text, int index) {
    boolean splits =
        index > 0
            && index < text.length()
            && Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
    return splits ? index - 1 : index;
  }

  /** Line breaks and other controls become blanks, one for one. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        plain.setCharAt(i, ' ');
      }
    }
    return plain.toString();
  }
}
