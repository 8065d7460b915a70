// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An assistant asks an installed node through the client library of the protocol's authors. */
class AssistantIT extends InstalledNode {
  private static final String LIBRARY = "@modelcontextprotocol/sdk@1.32.2";

  @Test
  void theOfficialClientReadsWhatWasVisitedAndDeletesWhereItMay() throws Exception {
    assumeThat(onPath("npm")).as("npm is not installed").isTrue();
    Path home = unpack();
    Path profile = profile();
    List<String> words = script(home, "start", "--no-shell");
    words.set(words.indexOf(folder.resolve("no-profile").toString()), profile.toString());
    start(words);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> shell(home, "search harbour").contains("http://news.example.org/"));

    List<JsonNode> answers = ask(home);

    assertThat(answers.get(0).path("name").asText()).isEqualTo("chroniclesync");
    assertThat(answers.get(0).path("version").asText()).startsWith("1.");
    assertThat(answers.get(1)).extracting(JsonNode::asText).contains("search", "recent");
    JsonNode page =
        StreamSupport.stream(answers.get(2).at("/structuredContent/pages").spliterator(), false)
            .filter(one -> one.path("address").asText().equals("http://news.example.org/"))
            .findFirst()
            .orElseThrow();
    assertThat(page.path("title").asText()).startsWith("Harbour bridge reopens after two years");
    assertThat(page.path("visits").asInt()).isPositive();
    assertThat(answers.get(3).at("/structuredContent/unknownWords/0/near").asText())
        .isEqualTo("harbour");
    assertThat(answers.get(4).at("/structuredContent/visits")).hasSize(1);
    assertThat(answers.get(5).path("isError").asBoolean()).isTrue();
    assertThat(answers.get(5).at("/content/0/text").asText()).startsWith("--after takes a date");
    int visits = page.path("visits").asInt();
    assertThat(answers.get(6).at("/structuredContent/visits").asInt()).isEqualTo(visits);
    assertThat(addresses(answers.get(7))).doesNotContain("http://news.example.org/");
    assertThat(answers.get(8).at("/structuredContent/visits").asInt()).isEqualTo(visits);
    assertThat(addresses(answers.get(9))).contains("http://news.example.org/");
  }

  private static List<String> addresses(JsonNode search) {
    return search.at("/structuredContent/pages").findValuesAsText("address");
  }

  private static boolean onPath(String program) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
  }

  /** One that a Chromium wrote. */
  private Path profile() throws Exception {
    Path kept = Path.of("../bundles/importer.browser/src/test/resources/profiles/chromium/Default");
    Path profile = folder.resolve("profile");
    asUser("mkdir", profile.toString());
    call("cp", "-R", kept.toAbsolutePath().toString(), profile.toString());
    call("chmod", "-R", "a+rwX", profile.toString());
    return profile.resolve("Default");
  }

  private List<JsonNode> ask(Path home) throws Exception {
    Path client = Files.createDirectory(folder.resolve("client"));
    Path script = client.resolve("assistant.mjs");
    try (InputStream in =
        Objects.requireNonNull(AssistantIT.class.getResourceAsStream("assistant.mjs"))) {
      Files.copy(in, script);
    }
    call(
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        client.toString(),
        LIBRARY);
    List<String> words = new ArrayList<>(List.of("node", script.toString()));
    words.addAll(script(home, "mcp", "--allow-delete"));
    Process assistant =
        builder(words)
            .redirectErrorStream(false)
            .redirectError(folder.resolve("err").toFile())
            .start();
    String said = new String(assistant.getInputStream().readAllBytes(), UTF_8);
    assertThat(assistant.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : said.lines().toList()) {
      answers.add(new JsonMapper().readTree(line));
    }
    return answers;
  }
}
