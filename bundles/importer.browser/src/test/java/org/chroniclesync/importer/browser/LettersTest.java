// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LettersTest {
  @ParameterizedTest
  @CsvSource({
    "/home/me, Linux, ANSI_X3.4-1968, false",
    "/home/mü, Linux, ANSI_X3.4-1968, true",
    "/home/m�, Linux, ANSI_X3.4-1968, true",
    "/home/mü, Linux, ISO-8859-1, true",
    "/home/mü, Linux, UTF-8, false",
    "/Users/mü, Mac OS X, UTF-8, false",
    "C:/Users/mü, Windows 11, Cp1252, false"
  })
  void lettersAreLostOnlyWhereTheLocaleDecides(
      String path, String os, String encoding, boolean lost) {
    assertThat(Letters.areLost(path, os, encoding)).isEqualTo(lost);
  }

  /** Prints what an importer says of the profiles below a folder. */
  static final class Importing {
    private Importing() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      MemoryHistory history = new MemoryHistory();
      try (Importer importer =
          new Importer(
                  history,
                  new PeerId("self"),
                  Consents.of(history),
                  Settings.defaults(List.of(folder)),
                  () -> null,
                  ProfileFinder.ofThisMachine(),
                  folder)
              .start()) {
        importer.importNow();
        for (ProfileStatus one : importer.profiles()) {
          System.out.println("device " + one.deviceId() + " " + one.problem());
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aProfileNeverGetsASecondIdentityFromTheLocale(@TempDir Path folder) throws Exception {
    // The name is made by a program that takes bytes as they are.
    run("C.UTF-8", "sh", "-c", "mkdir -p \"$0/$(printf 'Gr\\303\\266n')\"", folder.toString());
    Path made = onlyChild(folder);
    FakeProfile.empty(Family.FIREFOX, made).visits(1, 3);

    String right = importing("C.UTF-8", folder);
    String poor = importing("C", folder);

    assertThat(right).contains("device cs-").contains(" null");
    assertThat(poor)
        .contains("device null")
        .contains("the locale does not hold all letters of this path")
        .contains("LC_ALL=C.UTF-8")
        .doesNotContain("device cs-");
  }

  private static Path onlyChild(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.findFirst().orElseThrow();
    }
  }

  private static String importing(String locale, Path folder) throws Exception {
    return run(
        locale,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Importing.class.getName(),
        folder.toString());
  }

  private static String run(String locale, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("LC_ALL", locale);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
