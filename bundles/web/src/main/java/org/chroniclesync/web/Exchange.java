// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request and what is answered. Reads what was sent within bounds. */
final class Exchange {
  static final String JSON_TYPE = "application/json";
  private static final String BYTES_TYPE = "application/octet-stream";
  static final int MAX_BODY_BYTES = 262_144;

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final Gate gate;
  private final String session;
  private final Map<String, String> variables;
  private final Query query;

  Exchange(
      HttpServletRequest request,
      HttpServletResponse response,
      Gate gate,
      String session,
      Map<String, String> variables) {
    this.request = request;
    this.gate = gate;
    this.session = session;
    this.response = response;
    this.variables = Map.copyOf(variables);
    this.query = Query.parse(request.getQueryString());
  }

  HttpServletRequest request() {
    return request;
  }

  HttpServletResponse response() {
    return response;
  }

  /** Which let it through. */
  Gate gate() {
    return gate;
  }

  /** Of the browser that asks; empty while it signs in. */
  String session() {
    return session;
  }

  /** A part of the path that the route leaves open. */
  String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  @Nullable String text(String name) {
    return query.get(name);
  }

  String text(String name, String absent) {
    String given = query.get(name);
    return given == null ? absent : given;
  }

  boolean flag(String name) {
    String given = query.get(name);
    if (given == null || given.equals("false")) {
      return false;
    }
    if (given.equals("true")) {
      return true;
    }
    throw Problem.wrong(
        Code.REQUEST, name + " is neither true nor false.", "Give it as true or false.");
  }

  int number(String name, int absent, int least, int most) {
    String given = query.get(name);
    if (given == null) {
      return absent;
    }
    try {
      int number = Integer.parseInt(given);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number outside the range.
    }
    throw Problem.wrong(
        Code.REQUEST,
        name + " is no whole number within its bounds.",
        "Give a number from %,d to %,d.".formatted(least, most));
  }

  /** A place in the change feed, or null. */
  @Nullable Long position(String name) {
    String given = query.get(name);
    if (given == null) {
      return null;
    }
    if (!given.matches("\\d{1,18}")) {
      throw Problem.wrong(Code.REQUEST, name + " is no position.", "Give it as an event told it.");
    }
    return Long.valueOf(given);
  }

  @Nullable Instant instant(String name) {
    String given = query.get(name);
    try {
      return given == null ? null : Instant.parse(given);
    } catch (DateTimeException e) {
      throw Problem.wrong(
          Code.REQUEST, name + " is no moment.", "Give it in UTC, such as 2026-03-12T08:00:00Z.");
    }
  }

  LocalDate date(String name, LocalDate absent) {
    String given = query.get(name);
    try {
      return given == null ? absent : LocalDate.parse(given);
    } catch (DateTimeException e) {
      throw Problem.wrong(Code.REQUEST, name + " is no date.", "Give it as 2026-03-12.");
    }
  }

  /** The time zone of whoever looks, or of this computer. */
  ZoneId zone() {
    String given = query.get("zone");
    try {
      return given == null ? ZoneId.systemDefault() : ZoneId.of(given);
    } catch (DateTimeException e) {
      throw Problem.wrong(
          Code.REQUEST, "zone is no time zone.", "Give it as Europe/Berlin or UTC.");
    }
  }

  /** What was sent, an object; an empty one if nothing was. */
  ObjectNode body() throws IOException {
    String type = request.getContentType();
    byte[] bytes = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
    if (bytes.length > MAX_BODY_BYTES) {
      throw Problem.tooLarge(
          Code.REQUEST, "The request has more than 256 KiB.", "Send less at once.");
    }
    if (bytes.length == 0) {
      return Json.object();
    }
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON_TYPE)) {
      throw Problem.wrongType(JSON_TYPE);
    }
    return object(bytes);
  }

  /** What was sent that is no JSON, whole. */
  byte[] bytes(int most) throws IOException {
    if (!BYTES_TYPE.equals(request.getContentType())) {
      throw Problem.wrongType(BYTES_TYPE);
    }
    byte[] bytes =
        request.getContentLengthLong() > most
            ? new byte[0]
            : request.getInputStream().readNBytes(most + 1);
    if (request.getContentLengthLong() > most || bytes.length > most) {
      throw Problem.tooLarge(
          Code.REQUEST, "The request has more than %,d bytes.".formatted(most), "Send less.");
    }
    return bytes;
  }

  private static ObjectNode object(byte[] bytes) throws IOException {
    try {
      JsonNode read = Json.read(bytes);
      if (read instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw Problem.wrong(
          Code.REQUEST, "The body is not JSON that can be read.", "Send one JSON object.");
    }
    throw Problem.wrong(Code.REQUEST, "The body is not a JSON object.", "Send one JSON object.");
  }

  void json(JsonNode node) throws IOException {
    json(HttpServletResponse.SC_OK, node);
  }

  void json(int status, JsonNode node) throws IOException {
    response.setStatus(status);
    send(response, JSON_TYPE, Json.bytes(node));
  }

  /** Sends JSON that is made already. */
  void jsonText(byte[] text) throws IOException {
    response.setStatus(HttpServletResponse.SC_OK);
    send(response, JSON_TYPE, text);
  }

  void nothing() {
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  static void send(HttpServletResponse response, String type, byte[] bytes) throws IOException {
    response.setContentType(type);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  static void send(HttpServletResponse response, Problem problem) throws IOException {
    response.setStatus(problem.status());
    problem.retrySeconds().ifPresent(seconds -> response.setIntHeader("Retry-After", seconds));
    send(response, "application/problem+json", Json.bytes(problem.json()));
  }
}
