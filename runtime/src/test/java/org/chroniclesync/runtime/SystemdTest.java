// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the service manager keeps our processes from, by its own score: 0 is nothing, 10 all. */
class SystemdTest {
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
  private static final Path UNITS = Path.of("src/main/dist/systemd");
  private static final Pattern SCORE =
      Pattern.compile("Overall exposure level for \\S+: (\\d+\\.\\d)");

  @ParameterizedTest
  @CsvSource({
    "chroniclesync-node.service, 1.1",
    "chroniclesync-discovery.service, 1.1",
    "user/chroniclesync.service, 6.2"
  })
  void noUnitIsMoreExposedThanDocumented(String unit, double documented) throws Exception {
    assumeThat(ANALYZE).as("systemd-analyze is installed").exists();
    Process analyze =
        new ProcessBuilder(
                ANALYZE.toString(),
                "security",
                "--offline=true",
                "--no-pager",
                UNITS.resolve(unit).toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(analyze.getInputStream().readAllBytes(), UTF_8);
    analyze.waitFor();
    // Older versions cannot analyze a file.
    assumeThat(output).as("systemd-analyze knows --offline").doesNotContain("unrecognized option");

    Matcher score = SCORE.matcher(output);
    assertThat(score.find()).as(output).isTrue();
    assertThat(Double.parseDouble(score.group(1))).as(output).isLessThanOrEqualTo(documented);
    assertThat(Files.readString(Path.of("../docs/operations.md")))
        .contains("`" + unit + "` | " + documented + " |");
  }

  @ParameterizedTest
  @CsvSource({
    "chroniclesync-node.service",
    "chroniclesync-discovery.service",
    "user/chroniclesync.service"
  })
  void aProcessThatDiesIsStartedAgainAndLeavesNoDump(String unit) throws Exception {
    assertThat(Files.readAllLines(UNITS.resolve(unit)))
        .contains("Restart=on-failure", "RestartSec=5", "LimitCORE=0", "UMask=0077")
        // 3 is what Java ends with when it has no memory left.
        .contains("RestartPreventExitStatus=2 4 5");
  }
}
