// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Notes as JSON: {@code {"id": "…", "text": "…"}}, and their ids alone. Unknown members are
 * ignored.
 */
final class NoteJson {
  private static final JsonFactory JSON = new JsonFactory();

  private NoteJson() {}

  static Note read(String json) throws IOException {
    Members members = members(json);
    return new Note(members.id(), members.text());
  }

  static String readId(String json) throws IOException {
    return members(json).id();
  }

  static String write(Note note) {
    return object(new Members(note.id(), note.text()));
  }

  static String id(Note note) {
    return object(new Members(note.id(), ""));
  }

  /** What an object may hold; an empty text stands for none. */
  private record Members(String id, String text) {}

  private static Members members(String json) throws IOException {
    String id = "";
    String text = "";
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("a note is an object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "id" -> id = string(parser);
          case "text" -> text = string(parser);
          default -> parser.skipChildren();
        }
      }
    }
    return new Members(id, text);
  }

  private static String object(Members members) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("id", members.id());
      if (!members.text().isEmpty()) {
        generator.writeStringField("text", members.text());
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes any text", e);
    }
    return json.toString();
  }

  private static String string(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new IOException("id and text of a note are strings");
    }
    return parser.getText();
  }
}
