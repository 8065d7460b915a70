// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.history;

import java.util.Random;

/** A web site: its name, how it makes addresses, and the pages that were seen last. */
final class Site {
  private static final String[] ENDINGS = {"com", "org", "net", "io", "de", "co.uk", "dev", "fr"};
  private static final String TOKEN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int KEPT_PAGES = 64;
  private static final int EMPTY_TITLE_IN = 40;
  private static final int BEYOND_ASCII_IN = 25;
  private static final Zipf AGE = new Zipf(KEPT_PAGES, 1);

  /** A page. */
  record Page(String url, String title) {}

  /** How a site makes addresses. */
  private enum Style {
    ARTICLES,
    NUMBERS,
    SEARCH,
    WORKSPACE
  }

  private final Vocabulary vocabulary;
  private final String origin;
  private final String name;
  private final Style style;
  private final String[] sections;
  private final Page[] pages = new Page[KEPT_PAGES];
  private int made;

  Site(Vocabulary vocabulary, Random random) {
    this.vocabulary = vocabulary;
    String host =
        vocabulary.words(1 + random.nextInt(2), random.nextInt(4) == 0 ? "-" : "", random);
    origin =
        "https://"
            + (random.nextBoolean() ? "www." : "")
            + host
            + "."
            + ENDINGS[random.nextInt(ENDINGS.length)];
    name = Vocabulary.capital(host);
    style = Style.values()[random.nextInt(Style.values().length)];
    sections = new String[2 + random.nextInt(6)];
    for (int i = 0; i < sections.length; i++) {
      sections[i] = vocabulary.word(random);
    }
  }

  /** Returns one of the pages seen last, the newest most likely, or a new one. */
  Page visit(boolean again, Random random) {
    int age = AGE.rank(random);
    if (again && age < Math.min(made, KEPT_PAGES)) {
      return pages[(made - 1 - age) % KEPT_PAGES];
    }
    Page page = made == 0 ? new Page(origin + "/", name) : newPage(random);
    pages[made % KEPT_PAGES] = page;
    made++;
    return page;
  }

  /** Makes a page, and remembers nothing of it. */
  Page newPage(Random random) {
    String section = sections[random.nextInt(sections.length)];
    String words = vocabulary.words(3 + random.nextInt(6), " ", random);
    String url =
        origin
            + switch (style) {
              case ARTICLES -> "/" + section + "/" + words.replace(' ', '-');
              case NUMBERS -> "/" + section + "/" + (1_000_000 + random.nextInt(9_000_000));
              case SEARCH -> "/search?q=" + words.replace(' ', '+') + "&source=" + section;
              case WORKSPACE -> "/" + section + "/d/" + token(16 + random.nextInt(12), random);
            };
    return new Page(url + tracking(random), title(words, random));
  }

  private String tracking(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "?utm_source=" + sections[0] + "&utm_medium=social&utm_campaign=" + sections[1];
      case 1 -> "?ref=" + token(20, random);
      case 2 -> "#" + vocabulary.word(random);
      default -> "";
    };
  }

  private String title(String words, Random random) {
    if (random.nextInt(EMPTY_TITLE_IN) == 0) {
      return "";
    }
    String more = random.nextInt(BEYOND_ASCII_IN) == 0 ? " " + vocabulary.beyondAscii(random) : "";
    return Vocabulary.capital(words) + more + " - " + name;
  }

  private static String token(int length, Random random) {
    StringBuilder token = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      token.append(TOKEN.charAt(random.nextInt(TOKEN.length())));
    }
    return token.toString();
  }
}
