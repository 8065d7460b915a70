// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** What an assistant can ask for. Its description is the resource of its name. */
interface Tool {
  /** Those that change nothing. */
  static List<Tool> reading() {
    return List.of(new SearchTool(), new RecentTool(), new PageTool());
  }

  /** Those for owners who let their assistant delete. */
  static List<Tool> deleting() {
    return List.of(new DeleteTool(), new UndoTool());
  }

  /** The name by which it is called. */
  String name();

  /**
   * Says what the node is asked.
   *
   * @param arguments of the assistant, of any kind
   * @return the words of a command
   * @throws IllegalArgumentException if they are not what the description says; the message is a
   *     sentence
   */
  List<String> words(JsonNode arguments);

  /** Makes of the node's answer what the assistant gets. */
  ObjectNode excerpt(JsonNode answer);

  /** How the protocol describes it. */
  default ObjectNode description() {
    try (InputStream in =
        Objects.requireNonNull(Tool.class.getResourceAsStream(name() + ".json"))) {
      return (ObjectNode) new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
