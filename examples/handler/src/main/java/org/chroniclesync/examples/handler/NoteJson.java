// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Notes as JSON: {@code {"id": "…", "text": "…"}}. Members that are not known are ignored. */
final class NoteJson {
  private static final JsonFactory JSON = new JsonFactory();

  private NoteJson() {}

  static Note read(String json) throws IOException {
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
    return new Note(id, text);
  }

  static String kept(Note note) throws IOException {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("id", note.id());
      generator.writeEndObject();
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
