// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
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
    "chroniclesync-node@.service, 1.1",
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
    "chroniclesync-node@.service",
    "chroniclesync-discovery.service",
    "user/chroniclesync.service"
  })
  void aProcessThatDiesIsStartedAgainAndLeavesNoDump(String unit) throws Exception {
    assertThat(Files.readAllLines(UNITS.resolve(unit)))
        .contains("Restart=on-failure", "RestartSec=5", "LimitCORE=0", "UMask=0077")
        // 3 is what Java ends with when it has no memory left.
        .contains("RestartPreventExitStatus=2 4 5");
  }

  @Test
  void oneOfSeveralNodesMayDoNoMoreThanASingleOne() throws Exception {
    List<String> single = directives("chroniclesync-node.service");
    List<String> several = directives("chroniclesync-node@.service");

    assertThat(several)
        .containsAll(
            single.stream()
                .filter(line -> !line.startsWith("Description="))
                .map(line -> line.replace("/etc/chroniclesync/", "/etc/chroniclesync/%i/"))
                .map(
                    line ->
                        line.replace(
                            "StateDirectory=chroniclesync",
                            "StateDirectory=chroniclesync-nodes/%i"))
                .map(line -> line.replace("  --mnemonic", "  --port ${PAGE_PORT} --mnemonic"))
                .toList());
    assertThat(several).filteredOn(line -> !line.contains("%i")).hasSize(single.size() - 3);
  }

  private static List<String> directives(String unit) throws IOException {
    return Files.readAllLines(UNITS.resolve(unit)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }
}
