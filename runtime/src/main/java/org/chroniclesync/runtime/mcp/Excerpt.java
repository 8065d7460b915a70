// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.chroniclesync.support.text.VisibleText;

/**
 * What an assistant gets to see of what a node said: rows, as many as fit. A site chooses its own
 * title and address, as long as it likes and with characters that nobody sees, so both are cut and
 * made visible.
 */
final class Excerpt {
  static final int MAX_TITLE_CHARS = 300;
  static final int MAX_ADDRESS_CHARS = 2_000;

  /** Of all rows together. */
  static final int MAX_CHARS = 48_000;

  private final ObjectNode answer = JsonNodeFactory.instance.objectNode();
  private final ArrayNode rows;
  private int left = MAX_CHARS;

  /** Begins one whose rows have a name. */
  Excerpt(String rows) {
    this.rows = answer.putArray(rows);
  }

  /** The answer, to which more may be added. */
  ObjectNode answer() {
    return answer;
  }

  /** Begins a row. */
  static ObjectNode row() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Begins a row with what a page is called. */
  ObjectNode page(JsonNode of) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("title", cut(of.path("title").asText(), MAX_TITLE_CHARS))
        .put("address", cut(of.path("url").asText(), MAX_ADDRESS_CHARS));
  }

  /** Adds a row, or says that it and those behind it are left out. */
  void add(ObjectNode row) {
    left -= row.toString().length();
    if (left >= 0) {
      rows.add(row);
    } else {
      answer.put("leftOut", true);
    }
  }

  static String time(JsonNode millis) {
    return Instant.ofEpochMilli(millis.asLong()).toString();
  }

  /** Cuts a text, never between the halves of a surrogate pair, and shows that it did. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return VisibleText.of(text);
    }
    int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
    return VisibleText.of(text.substring(0, end)) + "…";
  }
}
