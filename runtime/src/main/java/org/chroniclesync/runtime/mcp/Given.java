// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The arguments of a call, which an assistant may have made up. */
final class Given {
  private static final int MAX_TEXT_CHARS = 2_000;
  private static final int MAX_LIMIT = 50;
  private static final int USUAL_LIMIT = 10;

  private final JsonNode arguments;

  /** Takes them, if there is none but those with these names. */
  Given(JsonNode arguments, String... known) {
    if (!arguments.isMissingNode() && !arguments.isObject()) {
      throw new IllegalArgumentException("Give the arguments as an object.");
    }
    arguments
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException(
                    "There is no argument "
                        + Excerpt.cut(name, 80)
                        + "; give "
                        + String.join(", ", known)
                        + ".");
              }
            });
    this.arguments = arguments;
  }

  boolean has(String name) {
    return !arguments.path(name).isMissingNode() && !arguments.path(name).isNull();
  }

  String text(String name) {
    JsonNode value = arguments.path(name);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException("Give " + name + " as a text that is not empty.");
    }
    if (value.textValue().length() > MAX_TEXT_CHARS) {
      throw new IllegalArgumentException(
          name + " may have at most " + MAX_TEXT_CHARS + " characters.");
    }
    return value.textValue();
  }

  String number(String name) {
    JsonNode value = arguments.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 1) {
      throw new IllegalArgumentException("Give " + name + " as a whole number from 1.");
    }
    return value.asText();
  }

  String limit() {
    if (!has("limit")) {
      return String.valueOf(USUAL_LIMIT);
    }
    JsonNode value = arguments.path("limit");
    if (!value.isIntegralNumber() || value.asLong() < 1 || value.asLong() > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "Give limit as a whole number from 1 to " + MAX_LIMIT + ".");
    }
    return value.asText();
  }

  /** How a person would call a device of an answer. */
  static String device(JsonNode of) {
    for (String member : List.of("label", "device", "browserName", "browser", "deviceId")) {
      if (of.path(member).isTextual() && !of.path(member).textValue().isBlank()) {
        return Excerpt.cut(of.path(member).textValue(), 120);
      }
    }
    return "";
  }
}
