// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The object that a request sent. Each member is of its type and within its bounds, or refused. */
final class Body {
  private final ObjectNode object;

  private Body(ObjectNode object) {
    this.object = object;
  }

  /** Takes an object that has no other members than these. */
  static Body of(ObjectNode object, String... members) {
    List<String> known = List.of(members);
    Iterator<String> names = object.fieldNames();
    while (names.hasNext()) {
      if (!known.contains(names.next())) {
        throw Problem.wrong(
            Code.REQUEST,
            "The body has a member that nobody knows.",
            known.isEmpty() ? "Send none." : "There are: " + String.join(", ", known) + ".");
      }
    }
    return new Body(object);
  }

  @Nullable String text(String name, int maxChars) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().length() > maxChars) {
      throw Problem.wrong(
          Code.REQUEST,
          name + " is no text, or too long.",
          "Give a text of at most %,d characters.".formatted(maxChars));
    }
    return value.textValue();
  }

  String required(String name, int maxChars) {
    String value = text(name, maxChars);
    if (value == null || value.isBlank()) {
      throw Problem.wrong(Code.REQUEST, name + " is missing.", "Give it as a text.");
    }
    return value;
  }

  boolean flag(String name, boolean absent) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw Problem.wrong(
          Code.REQUEST, name + " is neither true nor false.", "Give it as true or false.");
    }
    return value.booleanValue();
  }

  long number(String name, long absent, long least, long most) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return absent;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw Problem.wrong(
          Code.REQUEST,
          name + " is no whole number within its bounds.",
          "Give a number from %,d to %,d.".formatted(least, most));
    }
    return value.longValue();
  }

  @Nullable Instant instant(String name) {
    String text = text(name, 64);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw Problem.wrong(
          Code.REQUEST, name + " is no moment.", "Give it in UTC, such as 2026-03-12T08:00:00Z.");
    }
  }

  ObjectNode object(String name) {
    if (object.get(name) instanceof ObjectNode value) {
      return value;
    }
    throw Problem.wrong(Code.REQUEST, name + " is missing.", "Give it as an object.");
  }
}
