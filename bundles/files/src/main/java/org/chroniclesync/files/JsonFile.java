// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.json.StrictJson;

/**
 * JSON: one object after another, a list of objects, or an object with lists of them. Read token by
 * token; of an object only what {@link Shapes} looks at is kept. For one thread.
 */
final class JsonFile {
  /** The lists that an export of Google or Safari has. */
  static final String BROWSER_HISTORY = "Browser History";

  static final String TYPED = "Typed Url";
  static final String HISTORY = "history";

  private static final int MAX_DEPTH = 64;

  /** Longest text that is read; longer ones that nobody looks at are passed over. */
  private static final int MAX_STRING_CHARS = 1 << 20;

  /** Most visits of one page in a list. */
  private static final int MAX_LIST = 100_000;

  private static final JsonFactory FACTORY = StrictJson.factory(MAX_DEPTH, MAX_STRING_CHARS);

  private final InputStream in;
  private final Measured measured;
  private final Intakes to;
  private final Shapes shapes;

  JsonFile(InputStream in, Measured measured, Intakes to) {
    this.in = in;
    this.measured = measured;
    this.to = to;
    shapes = new Shapes(to);
  }

  void read() throws IOException, UnreadableException, StorageException, InterruptedException {
    try (JsonParser from = FACTORY.createParser(Unclosed.of(in))) {
      for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          list(from, "");
        } else if (token == JsonToken.START_OBJECT) {
          object(from, "", true);
        }
      }
    } catch (JsonProcessingException e) {
      if (!to.isEmpty()) {
        throw new UnreadableException(
            "It is damaged or cut off in line %,d: %s. What stood before was read."
                .formatted(
                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                    Texts.shown(e.getOriginalMessage(), 200)));
      }
      throw UnreadableException.foreign(
          "It looks like JSON, but is damaged: " + Texts.shown(e.getOriginalMessage(), 200) + ".");
    }
  }

  private void list(JsonParser from, String name)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    while (from.nextToken() != JsonToken.END_ARRAY) {
      if (from.currentToken() == null) {
        throw new UnreadableException("It is cut off; what stood before was read.");
      }
      if (from.currentToken() == JsonToken.START_OBJECT) {
        object(from, name, false);
      } else {
        from.skipChildren();
      }
    }
  }

  private void object(JsonParser from, String container, boolean outermost)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    Row row = new Row();
    while (from.nextToken() == JsonToken.FIELD_NAME) {
      String name = from.currentName();
      JsonToken value = from.nextToken();
      if (value == JsonToken.START_ARRAY && outermost && isList(name)) {
        list(from, name);
      } else if (Shapes.KNOWN.contains(name)) {
        member(from, name, row);
      } else {
        from.skipChildren();
      }
    }
    if (from.currentToken() == null) {
      throw new UnreadableException("It is cut off; what stood before was read.");
    }
    to.reached(measured.bytesRead(), measured.size());
    shapes.take(row, container);
  }

  private static boolean isList(String name) {
    return switch (name) {
      case BROWSER_HISTORY, TYPED, HISTORY, "entries", "items" -> true;
      default -> false;
    };
  }

  private static void member(JsonParser from, String name, Row row) throws IOException {
    switch (from.currentToken()) {
      case VALUE_STRING -> row.put(name, from.getText());
      case VALUE_NUMBER_INT ->
          row.put(
              name,
              from.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                  ? (Object) from.getDoubleValue()
                  : (Object) from.getLongValue());
      case VALUE_NUMBER_FLOAT -> row.put(name, from.getDoubleValue());
      case VALUE_TRUE -> row.put(name, true);
      case VALUE_FALSE -> row.put(name, false);
      case START_OBJECT -> nested(from, name, row);
      case START_ARRAY -> listed(from, name, row);
      default -> from.skipChildren();
    }
  }

  /** A summary, or the title in the metadata of browserexport. */
  private static void nested(JsonParser from, String name, Row row) throws IOException {
    row.put(name, true);
    boolean metadata = name.equals("metadata");
    boolean content = name.equals("pageContent");
    while (from.nextToken() == JsonToken.FIELD_NAME) {
      String inner = from.currentName();
      from.nextToken();
      boolean wanted =
          metadata
              ? inner.equals("title")
              : content && (inner.equals("summary") || inner.equals("extractedAt"));
      if (wanted && from.currentToken().isScalarValue()) {
        member(from, inner, row);
      } else {
        from.skipChildren();
      }
    }
  }

  /** Numbers, texts that are numbers, or objects that have a time. */
  private static void listed(JsonParser from, String name, Row row) throws IOException {
    List<Double> numbers = new ArrayList<>();
    while (from.nextToken() != JsonToken.END_ARRAY && from.currentToken() != null) {
      Row one = new Row();
      if (from.currentToken() == JsonToken.START_OBJECT) {
        while (from.nextToken() == JsonToken.FIELD_NAME) {
          boolean time = from.currentName().equals("visitTime");
          from.nextToken();
          if (time && from.currentToken().isScalarValue()) {
            member(from, name, one);
          } else {
            from.skipChildren();
          }
        }
      } else if (from.currentToken().isScalarValue()) {
        member(from, name, one);
      } else {
        from.skipChildren();
      }
      if (name.equals("products")) {
        row.put(name, one.text(name));
      } else if (!Double.isNaN(one.number(name)) && numbers.size() < MAX_LIST) {
        numbers.add(one.number(name));
      }
    }
    if (!name.equals("products")) {
      row.put(name, numbers);
    }
  }
}
