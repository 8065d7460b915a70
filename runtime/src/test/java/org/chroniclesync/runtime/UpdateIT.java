// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** An update, and the way back, as docs/operations.md describes them. */
@EnabledOnOs(OS.LINUX)
class UpdateIT extends InstalledNode {
  private static final Path PROFILE =
      Path.of("../bundles/importer.browser/src/test/resources/profiles/chromium");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The folder was made by commit 97e9b22, of the profile above; see README beside it. */
  @Test
  void aDataFolderOfThePreviousVersionIsTakenOver() throws Exception {
    Path home = unpack();
    Path packed = Files.copy(Path.of("src/test/resources/update/data.tar.gz"), at("data.tar.gz"));
    asUser("tar", "xzf", packed.toString(), "-C", folder.toString());
    String words = Files.readString(DataFolder.phrase(data));

    start(words(home));

    untilWell(home);
    assertThat(visits(home)).hasSize(48);
    assertThat(stop()).isZero();
    assertThat(DataFolder.phrase(data)).hasContent(words);
  }

  @Test
  void aFolderThatANewerVersionUsedIsRefusedAndUntouched() throws Exception {
    Path home = unpack();
    start(words(home));
    assertThat(stop()).isZero();
    Path format = data.resolve("format");
    assertThat(format).hasContent("1");
    Files.writeString(format, "2\n");
    Map<String, Long> before = files(data);

    refused(Exit.DATA, "A newer version of ChronicleSync has used " + data, home);

    assertThat(files(data)).isEqualTo(before);
  }

  /** Packages of the previous version take minutes to build: {@code .ci/update} has them built. */
  @Test
  void thePreviousVersionIsUpdatedAndPutBack() throws Exception {
    String archive = System.getenv("CHRONICLESYNC_PREVIOUS");
    assumeThat(archive).as("CHRONICLESYNC_PREVIOUS names the previous archive").isNotNull();
    Path previous = unpack(Path.of(Objects.requireNonNull(archive)), "previous");
    Path current = unpack();
    Path profile = at("profile");
    call("cp", "-r", PROFILE.toString(), profile.toString());
    call("chmod", "-R", "a+rwX", profile.toString());

    start(words(previous, "--profile", profile.toString()));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> JSON.readTree(shell(previous, "profiles --json")).at("/0/lastRun").isTextual());
    Set<String> visits = visits(previous);
    assertThat(visits).isNotEmpty();
    assertThat(stop()).isZero();
    String words = Files.readString(DataFolder.phrase(data));

    start(words(current));
    untilWell(current);
    assertThat(visits(current)).isEqualTo(visits);
    assertThat(stop()).isZero();

    // Both have the same format, so the way back is open; what would lose anything is refused.
    start(words(previous));
    untilWell(previous);
    assertThat(visits(previous)).isEqualTo(visits);
    assertThat(stop()).isZero();

    start(words(current));
    untilWell(current);
    assertThat(visits(current)).isEqualTo(visits);
    assertThat(stop()).isZero();
    assertThat(DataFolder.phrase(data)).hasContent(words);
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private List<String> words(Path home, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                home.resolve("bin/chroniclesync").toString(),
                "start",
                "--no-shell",
                "--data",
                data.toString()));
    words.addAll(
        more.length > 0
            ? List.of(more)
            : List.of("--set", "org.chroniclesync.importer.browser:profiles=[]"));
    return words;
  }

  private void untilWell(Path home) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(shell(home, "status")).contains("sqlite: in use"));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(shell(home, "status")).doesNotContain("not well"));
  }

  private Set<String> visits(Path home) throws Exception {
    Set<String> visits = new TreeSet<>();
    for (JsonNode visit : JSON.readTree(shell(home, "history --limit 1000 --json"))) {
      visits.add(visit.at("/deviceId").asText() + " " + visit.at("/visitId").asText());
    }
    return visits;
  }
}
