// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.support.carried.CompactSignal;
import org.chroniclesync.support.json.StrictJson;
import org.jspecify.annotations.Nullable;

/** Offers and answers as texts. No refusal quotes the text: it holds addresses. */
final class SignalText {
  /** Longest text that is read: the longest description, escaped and in base64, and some air. */
  static final int MAX_TEXT_CHARS = 131_072;

  private static final int MAX_DEPTH = 16;

  private static final JsonFactory JSON = StrictJson.factory(MAX_DEPTH, MAX_TEXT_CHARS);

  private @Nullable String type;
  private @Nullable String sdp;
  private boolean node;

  private SignalText() {}

  static String of(Signal.Offer offer) {
    return write("offer", offer.sdp(), offer.node());
  }

  static String of(Signal.Answer answer) {
    return write("answer", answer.sdp(), false);
  }

  /**
   * Reads an offer.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Signal.Offer offer(String text) {
    SignalText read = parse(text, "offer");
    return new Signal.Offer(read.description("offer"), read.node);
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Signal.Answer answer(String text) {
    return new Signal.Answer(parse(text, "answer").description("answer"));
  }

  private static String write(String type, String sdp, boolean node) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("type", type);
      json.writeStringField("sdp", sdp);
      if (node) {
        json.writeBooleanField("node", true);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static SignalText parse(String text, String wanted) {
    if (text.length() > MAX_TEXT_CHARS) {
      throw new IllegalArgumentException(
          "this is too long for an " + wanted + ": more than " + MAX_TEXT_CHARS + " characters");
    }
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw new IllegalArgumentException("there is no text; paste the whole " + wanted);
    }
    SignalText read = new SignalText();
    try (JsonParser json =
        JSON.createParser(stripped.startsWith("{") ? stripped : plain(stripped))) {
      read.read(json);
      return read;
    } catch (IOException e) {
      throw unreadable(wanted);
    }
  }

  private static IllegalArgumentException unreadable(String wanted) {
    return new IllegalArgumentException(
        "this is no " + wanted + "; copy the whole text, from the first to the last character");
  }

  // Mail wraps long lines.
  private static String plain(String base64) throws IOException {
    if (CompactSignal.isCompact(base64)) {
      return compact(base64);
    }
    String joined = base64.replaceAll("\\s", "").replace('-', '+').replace('_', '/');
    try {
      byte[] bytes = Base64.getDecoder().decode(joined);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException e) {
      throw new CharacterCodingException();
    }
  }

  private static String compact(String text) throws IOException {
    try {
      return CompactSignal.read(text.replaceAll("[\\r\\n\\t]", ""), MAX_TEXT_CHARS);
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  private void read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException("no object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "type" -> type = string(json, value);
        case "sdp" -> sdp = string(json, value);
        case "node" -> node = value == JsonToken.VALUE_TRUE;
        default -> {
          // Skipped below.
        }
      }
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      throw new IOException("something after the end");
    }
  }

  private static @Nullable String string(JsonParser json, JsonToken value) throws IOException {
    return value == JsonToken.VALUE_STRING ? json.getText() : null;
  }

  private String description(String wanted) {
    if ("sealed".equals(type)) {
      throw new IllegalArgumentException(
          "this was sealed for a discovery service, and nobody here can open it; carry an "
              + wanted
              + " that was made to be carried");
    }
    if (!wanted.equals(type)) {
      boolean other = "offer".equals(type) || "answer".equals(type);
      throw other
          ? new IllegalArgumentException("this is an " + type + ", but an " + wanted + " is needed")
          : unreadable(wanted);
    }
    if (sdp == null || sdp.isBlank()) {
      throw new IllegalArgumentException("this " + wanted + " has no description (sdp)");
    }
    return sdp;
  }
}
