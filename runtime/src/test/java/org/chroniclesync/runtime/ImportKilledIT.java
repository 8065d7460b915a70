// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A node that is killed while it imports a file, and imports it again. */
class ImportKilledIT extends InstalledNode {
  private static final int VISITS = 200_000;
  private static final Pattern ENTRIES = Pattern.compile("(?m)^history +([\\d,]+) entr");

  @Test
  void whatWasInterruptedGoesOnAndNothingIsThereTwice() throws Exception {
    Path home = unpack();
    Path file = takeout();
    start(script(home, "start", "--no-shell"));
    Process first = importing(home, file, "first");
    Awaitility.await().atMost(PATIENCE).until(() -> entries(home) > 0);
    Objects.requireNonNull(process).destroyForcibly();
    assertThat(ended()).isNotZero();
    assertThat(first.waitFor()).isEqualTo(Exit.COMMAND.code());

    start(script(home, "start", "--no-shell"));
    Awaitility.await().atMost(PATIENCE).until(() -> entries(home) >= 0);
    long kept = entries(home);
    assertThat(kept).isPositive().isLessThan(VISITS);
    Process second = importing(home, file, "second");
    assertThat(second.waitFor()).as(text("second")).isZero();

    assertThat(text("second"))
        .contains("%,d visits imported".formatted(VISITS - kept))
        .contains("%,d known already".formatted(kept));
    assertThat(entries(home)).isEqualTo(VISITS);
    assertThat(visits(home)).hasSize(VISITS);
  }

  /** As Google has it; without a name for a visit. */
  private Path takeout() throws IOException {
    Path file = folder.resolve("History.json");
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("{\"Browser History\": [\n");
      for (int i = 0; i < VISITS; i++) {
        out.write(
            """
            %s{"page_transition": "LINK", "title": "Page %d", "url": "https://example.org/%d", \
            "client_id": "x", "time_usec": %d}
            """
                .formatted(i == 0 ? "" : ",", i, i / 3, 1_700_000_000_000_000L + i * 1_000_000L));
      }
      out.write("]}\n");
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  private Process importing(Path home, Path file, String name) throws Exception {
    return builder(script(home, "import", file.toString()))
        .redirectOutput(folder.resolve(name).toFile())
        .start();
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private long entries(Path home) throws Exception {
    Matcher told = ENTRIES.matcher(shell(home, "status"));
    // While the storage starts, the status does not say.
    return told.find() ? Long.parseLong(told.group(1).replace(",", "")) : -1;
  }

  private Set<List<String>> visits(Path home) throws Exception {
    Process history =
        builder(script(home, "history", "--ndjson")).redirectErrorStream(false).start();
    Set<List<String>> visits = new HashSet<>();
    JsonMapper json = new JsonMapper();
    for (String line :
        new String(history.getInputStream().readAllBytes(), UTF_8).lines().toList()) {
      JsonNode visit = json.readTree(line);
      visits.add(List.of(visit.path("url").asText(), visit.path("visitTime").asText()));
    }
    assertThat(history.waitFor()).isZero();
    return visits;
  }
}
