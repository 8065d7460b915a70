// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.chroniclesync.support.browsers.Family;
import org.sqlite.SQLiteDataSource;

/**
 * What browsers call their profiles. A name is good to have, but no visit is worth less without.
 */
final class ProfileNames {
  private static final int MAX_BYTES = 16 << 20;
  private static final String NONE = "";

  private ProfileNames() {}

  /** Returns the name of a profile as its browser shows it, or nothing. */
  static String of(Profile profile) {
    try {
      return profile.family() == Family.FIREFOX
          ? ofFirefox(profile.directory())
          : ofChromium(profile.directory());
    } catch (IOException | SQLException | InvalidPathException e) {
      return NONE;
    }
  }

  /** In the list of profiles, which lies beside the profile or above the folder of all. */
  private static String ofFirefox(Path directory) throws IOException {
    Path above = directory.getParent();
    for (int level = 0; level < 2 && above != null; level++) {
      Path list = above.resolve("profiles.ini");
      if (isReadable(list)) {
        return named(Files.readString(list, StandardCharsets.UTF_8), above, directory);
      }
      above = above.getParent();
    }
    return NONE;
  }

  private static String named(String list, Path root, Path directory) {
    String name = NONE;
    boolean here = false;
    for (String line : list.lines().map(String::strip).toList()) {
      if (line.startsWith("[")) {
        if (here) {
          return name;
        }
        name = NONE;
      } else if (line.startsWith("Name=")) {
        name = line.substring("Name=".length());
      } else if (line.startsWith("Path=")) {
        here = isSame(root.resolve(line.substring("Path=".length())), directory);
      }
    }
    return here ? name : NONE;
  }

  private static boolean isSame(Path listed, Path directory) {
    try {
      return Files.isSameFile(listed, directory);
    } catch (IOException e) {
      return false;
    }
  }

  /** In the browser's own state beside the profile. SQLite reads JSON within its bounds. */
  private static String ofChromium(Path directory) throws IOException, SQLException {
    Path state = directory.resolveSibling("Local State");
    Path folder = directory.getFileName();
    if (folder == null || !isReadable(state)) {
      return NONE;
    }
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite::memory:");
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT json_extract(value, '$.name')"
                    + " FROM json_each(?, '$.profile.info_cache') WHERE key = ?")) {
      statement.setString(1, Files.readString(state, StandardCharsets.UTF_8));
      statement.setString(2, folder.toString());
      try (ResultSet rows = statement.executeQuery()) {
        String name = rows.next() ? rows.getString(1) : null;
        return name == null ? NONE : name;
      }
    }
  }

  private static boolean isReadable(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES;
  }
}
