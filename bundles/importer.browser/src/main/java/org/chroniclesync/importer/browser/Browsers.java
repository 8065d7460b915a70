// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.chroniclesync.support.browsers.Family;

/** The table of browsers, in the resource {@code browsers}. */
final class Browsers {
  private static final List<Browser> TABLE = read();
  private static final int COLUMNS = 4;

  private Browsers() {}

  /** What a folder is below. */
  enum Place {
    LINUX,
    HOME,
    SNAP,
    FLATPAK,
    MAC,
    LOCAL,
    ROAMING,
    NAMED
  }

  /** A folder in which a browser keeps its profiles. */
  record Browser(Family family, Place place, String name, String folder) {}

  static List<Browser> all() {
    return TABLE;
  }

  /** Returns the name of the browser whose folder is part of a path, or that of the family. */
  static String name(Family family, Path path) {
    String slashes = "/" + path.toString().replace('\\', '/').toLowerCase(Locale.ROOT) + "/";
    return TABLE.stream()
        .filter(browser -> browser.family() == family)
        .filter(browser -> slashes.contains("/" + lower(browser.folder()) + "/"))
        .max(Comparator.comparingInt(browser -> browser.folder().length()))
        .map(Browser::name)
        .orElse(family == Family.FIREFOX ? "Firefox" : "Chromium");
  }

  /** Returns the name of the browser of a path that is read only if a person names it. */
  static Optional<String> named(Path path) {
    String slashes = "/" + path.toString().replace('\\', '/') + "/";
    return TABLE.stream()
        .filter(browser -> browser.place() == Place.NAMED)
        .filter(browser -> slashes.contains("/" + browser.folder() + "/"))
        .map(Browser::name)
        .findFirst();
  }

  private static String lower(String folder) {
    return folder.toLowerCase(Locale.ROOT);
  }

  private static List<Browser> read() {
    try (InputStream in =
        Objects.requireNonNull(Browsers.class.getResourceAsStream("browsers"), "browsers")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Browsers::browser)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Browser browser(String line) {
    String[] columns = line.split(" \\| ", COLUMNS);
    return new Browser(
        Family.valueOf(columns[0].toUpperCase(Locale.ROOT)),
        Place.valueOf(columns[1].toUpperCase(Locale.ROOT)),
        columns[2],
        columns[3].strip());
  }
}
