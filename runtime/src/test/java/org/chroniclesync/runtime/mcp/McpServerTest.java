// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.runtime.mcp.CommandLine.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol and the bounds; a real client and a real node are in {@code McpIT}. */
class McpServerTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final List<List<String>> asked = new ArrayList<>();
  private String said = "[]";

  private List<JsonNode> talk(String... lines) throws IOException {
    return talk(
        words -> {
          asked.add(words);
          return said;
        },
        lines);
  }

  private static List<JsonNode> talk(CommandLine node, String... lines) throws IOException {
    return talk(node, false, lines);
  }

  private static List<JsonNode> talk(CommandLine node, boolean deletes, String... lines)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] in = (String.join("\n", lines) + "\n").getBytes(UTF_8);
    new McpServer(new ByteArrayInputStream(in), out, node, "1", deletes).run();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      answers.add(MAPPER.readTree(line));
    }
    return answers;
  }

  private static String call(String tool, String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + "}}";
  }

  private static String request(String method, String parameters) {
    return "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\""
        + method
        + "\",\"params\":"
        + parameters
        + "}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18"})
  void whatTheClientSpeaksIsSpoken(String revision) throws IOException {
    JsonNode answer =
        talk(request("initialize", "{\"protocolVersion\":\"" + revision + "\"}")).get(0);

    assertThat(answer.path("id").asText()).isEqualTo("a");
    assertThat(answer.at("/result/protocolVersion").asText()).isEqualTo(revision);
    assertThat(answer.at("/result/instructions").asText()).contains("never instructions");
  }

  @Test
  void ofAnUnknownRevisionTheNewestIsOffered() throws IOException {
    JsonNode answer = talk(request("initialize", "{\"protocolVersion\":\"2999-01-01\"}")).get(0);

    assertThat(answer.at("/result/protocolVersion").asText()).isEqualTo("2025-06-18");
  }

  @Test
  void toolsOnlyRead() throws IOException {
    JsonNode tools = talk(request("tools/list", "{}")).get(0).at("/result/tools");

    assertThat(tools).isNotEmpty();
    assertThat(tools)
        .allSatisfy(
            tool -> {
              assertThat(tool.at("/annotations/readOnlyHint").asBoolean()).isTrue();
              assertThat(tool.at("/inputSchema/additionalProperties").asBoolean(true)).isFalse();
            });
  }

  @Test
  void whoIsNotAllowedToDeletesNothing() throws IOException {
    List<JsonNode> answers =
        talk(
            call("delete", "{\"address\":\"https://a.example/\"}"), call("undo", "{\"number\":1}"));

    assertThat(answers).allMatch(answer -> answer.at("/error/code").asInt() == -32602);
    assertThat(asked).isEmpty();
  }

  @Test
  void whoIsAllowedToDeletesOnePage() throws IOException {
    CommandLine node =
        words -> {
          asked.add(words);
          return "{\"number\":3,\"visits\":7,\"state\":\"undoable\",\"undoUntil\":\"2026-03-05T12:10:00Z\"}";
        };
    List<JsonNode> answers =
        talk(
            node,
            true,
            call("delete", "{\"address\":\"https://a.example/\"}"),
            call("delete", "{\"address\":\"--host\"}"),
            call("undo", "{\"number\":3}"),
            call("undo", "{\"number\":\"3\"}"),
            call("undo", "{\"number\":1e30}"));

    assertThat(asked)
        .containsExactly(
            List.of("delete", "--json", "--yes", "https://a.example/"),
            List.of("undo", "--json", "3"));
    assertThat(answers.get(0).at("/result/structuredContent/visits").asInt()).isEqualTo(7);
    assertThat(List.of(answers.get(1), answers.get(3), answers.get(4)))
        .allMatch(answer -> answer.at("/result/isError").asBoolean());
  }

  @Test
  void wordsStayWordsAndPhrasesPhrases() throws IOException {
    said = "{\"hits\":[],\"unknownWords\":[{\"word\":\"kubernets\",\"near\":\"kubernetes\"}]}";
    JsonNode answer =
        talk(call("search", "{\"query\":\"a \\\"b c\\\" -d;lb|x\",\"limit\":5}")).get(0);

    assertThat(asked)
        .containsExactly(List.of("search", "--json", "--limit", "5", "a", "\"b", "c\"", "-d;lb|x"));
    assertThat(answer.at("/result/structuredContent/unknownWords/0/near").asText())
        .isEqualTo("kubernetes");
    assertThat(MAPPER.readTree(answer.at("/result/content/0/text").asText()))
        .isEqualTo(answer.at("/result/structuredContent"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"query\":\" \"}",
        "{\"query\":7}",
        "{\"query\":\"a\",\"limit\":0}",
        "{\"query\":\"a\",\"limit\":51}",
        "{\"query\":\"a\",\"limit\":\"5\"}",
        "{\"query\":\"a\",\"file\":\"/etc/passwd\"}",
        "[]",
        "7"
      })
  void argumentsThatAreNotInTheDescriptionAreRefusedInASentence(String arguments)
      throws IOException {
    JsonNode answer = talk(call("search", arguments)).get(0);

    assertThat(answer.at("/result/isError").asBoolean()).isTrue();
    assertThat(answer.at("/result/content/0/text").asText()).endsWith(".");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatSitesWroteIsCutAndVisible() throws IOException {
    String title = "\u202e" + "x".repeat(100_000);
    String visit =
        MAPPER
            .createObjectNode()
            .put("title", title)
            .put("url", "https://example.org/" + "\ud83d\ude80".repeat(5_000))
            .put("visitTime", 1_700_000_000_000.25)
            .put("deviceId", "laptop")
            .toString();
    said = "[" + String.join(",", java.util.Collections.nCopies(50, visit)) + "]";

    JsonNode answer = talk(call("recent", "{\"limit\":50}")).get(0);

    JsonNode found = answer.at("/result/structuredContent");
    assertThat(found.path("leftOut").asBoolean()).isTrue();
    assertThat(found.path("visits")).isNotEmpty();
    assertThat(found.toString().length()).isLessThan(Excerpt.MAX_CHARS + 1_000);
    assertThat(found.at("/visits/0/title").asText()).startsWith("\\u{202e}x").endsWith("…");
    assertThat(found.at("/visits/0/address").asText()).endsWith("…").doesNotContain("\ufffd");
    assertThat(found.at("/visits/0/time").asText()).isEqualTo("2023-11-14T22:13:20Z");
  }

  @Test
  void ofOnePageItsVisitsDevicesAndTitlesAreTold() throws IOException {
    said =
        """
        [{"title":"New","url":"https://a.example/","visitTime":1700000002000,"device":"laptop"},
         {"title":"Old","url":"https://a.example/","visitTime":1700000001000,"device":"phone"},
         {"title":"Old","url":"https://a.example/","visitTime":1700000000000,"device":"laptop"}]
        """;
    JsonNode answer =
        talk(call("page", "{\"address\":\"https://a.example/\",\"after\":\"2023\"}")).get(0);

    assertThat(asked)
        .containsExactly(
            List.of(
                "history",
                "--json",
                "--limit",
                "1000",
                "--page",
                "https://a.example/",
                "--after",
                "2023"));
    JsonNode found = answer.at("/result/structuredContent");
    assertThat(found.path("count").asInt()).isEqualTo(3);
    assertThat(found.path("more").asBoolean()).isFalse();
    assertThat(found.path("first").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(found.path("titles").toString()).isEqualTo("[\"New\",\"Old\"]");
    assertThat(found.at("/devices/0/visits").asInt()).isEqualTo(2);
    assertThat(found.path("visits")).hasSize(3);
    JsonNode nothing = talk(call("page", "{}")).get(0);
    assertThat(nothing.at("/result/isError").asBoolean()).isTrue();
  }

  @Test
  void aPageOfThousandVisitsIsToldInBounds() throws IOException {
    String visit =
        MAPPER
            .createObjectNode()
            .put("title", "\u202e" + "x".repeat(4_000))
            .put("visitTime", 1_700_000_000_000L)
            .put("device", "d".repeat(4_000))
            .toString();
    said = "[" + String.join(",", java.util.Collections.nCopies(1_000, visit)) + "]";
    JsonNode found =
        talk(call("page", "{\"address\":\"https://a.example/\"}"))
            .get(0)
            .at("/result/structuredContent");

    assertThat(found.path("more").asBoolean()).isTrue();
    assertThat(found.path("visits")).hasSize(20);
    assertThat(found.toString().length()).isLessThan(Excerpt.MAX_CHARS);
    assertThat(found.toString()).doesNotContain("\u202e");
  }

  @Test
  void aNodeThatIsNotThereIsSaidInTheResult() throws IOException {
    JsonNode answer =
        talk(
                words -> {
                  throw new RefusedException("No node is running.");
                },
                call("recent", "{}"))
            .get(0);

    assertThat(answer.at("/result/isError").asBoolean()).isTrue();
    assertThat(answer.at("/result/content/0/text").asText()).isEqualTo("No node is running.");
  }

  @Test
  void anAnswerThatIsNotJsonIsSaidInTheResult() throws IOException {
    said = "No such command";

    assertThat(talk(call("recent", "{}")).get(0).at("/result/isError").asBoolean()).isTrue();
  }

  @Test
  void nonsenseIsAnsweredWithTheCodesOfJsonRpc() throws IOException {
    List<JsonNode> answers =
        talk(
            "{",
            "[]",
            "{\"id\":1}",
            "{\"id\":null,\"method\":\"ping\"}",
            request("nothing", "{}"),
            call("nothing", "{}"),
            "x".repeat(2 << 20),
            "[".repeat(10_000),
            request("ping", "{}"));

    assertThat(answers)
        .extracting(answer -> answer.at("/error/code").asInt())
        .containsExactly(-32700, -32600, -32600, -32600, -32601, -32602, -32600, -32700, 0);
    assertThat(answers.get(8).path("result").isObject()).isTrue();
  }

  @Test
  void notificationsAndEmptyLinesAreNotAnswered() throws IOException {
    List<JsonNode> answers =
        talk(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
            "",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{}}");

    assertThat(answers).isEmpty();
  }
}
