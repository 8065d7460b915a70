// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Profiles of Chromium, made of a real one and some visits more. */
final class Profiles {
  private static final String HISTORY = "Default/History";

  /** From the years that Chromium counts from 1601 to those that everybody counts from 1970. */
  private static final long EPOCH_SECONDS = 11_644_473_600L;

  private Profiles() {}

  /** Makes a profile, whose visits' titles are NAME-0, NAME-1 and so on. */
  static void make(Path template, Path profile, String name, int visits)
      throws IOException, SQLException {
    Files.createDirectories(profile.resolve("Default"));
    Files.copy(template.resolve("Last Version"), profile.resolve("Last Version"));
    Files.copy(template.resolve(HISTORY), profile.resolve(HISTORY));
    visit(profile.resolve(HISTORY), name, visits);
  }

  /** Makes the database of a profile after some more visits, for {@link #replace}. */
  static Path later(Path profile, String name, int visits) throws IOException, SQLException {
    Path later = profile.resolveSibling(profile.getFileName() + "-" + name);
    Files.copy(profile.resolve(HISTORY), later);
    visit(later, name, visits);
    return later;
  }

  /** Lets the visits happen. */
  static void replace(Path profile, Path later) throws IOException {
    Files.move(later, profile.resolve(HISTORY), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void visit(Path database, String name, int visits) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        PreparedStatement page =
            connection.prepareStatement(
                "INSERT INTO urls(url, title, visit_count, last_visit_time) VALUES(?, ?, 1, ?)");
        PreparedStatement visit =
            connection.prepareStatement(
                "INSERT INTO visits(url, visit_time, transition)"
                    + " VALUES(last_insert_rowid(), ?, 805306368)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < visits; i++) {
        long micros = micros(System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1) + i);
        page.setString(1, "https://" + name + ".example/" + i);
        page.setString(2, name + "-" + i);
        page.setLong(3, micros);
        page.executeUpdate();
        visit.setLong(1, micros);
        visit.executeUpdate();
      }
      connection.commit();
    }
  }

  private static long micros(long millis) {
    return TimeUnit.MILLISECONDS.toMicros(millis) + TimeUnit.SECONDS.toMicros(EPOCH_SECONDS);
  }
}
