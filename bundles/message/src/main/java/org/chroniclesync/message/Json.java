// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import org.chroniclesync.api.message.MessageCodec;
import org.jspecify.annotations.Nullable;

/** What both directions need of JSON, with bounds. */
final class Json {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_CHARS = 64;
  private static final int MAX_NAME_CHARS = 1_024;

  /** Below this a time is in seconds, as iOS clients write it; as milliseconds it were 1973. */
  private static final double SECONDS_BELOW = 1e11;

  /** Integers up to here print without a fraction; JavaScript's own are exact as far. */
  private static final double EXACT = 1L << 53;

  private static final double PLAIN_BELOW = 1e21;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxStringLength(MessageCodec.MAX_PLAINTEXT_BYTES)
                  .build())
          .build();

  private Json() {}

  /** Copies the value that the parser stands on, numbers to the letter. */
  static void copy(JsonParser from, JsonGenerator to) throws IOException {
    int depth = 0;
    JsonToken token = from.currentToken();
    do {
      copyToken(token, from, to);
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
    } while (depth > 0 && (token = from.nextToken()) != null);
  }

  private static void copyToken(JsonToken token, JsonParser from, JsonGenerator to)
      throws IOException {
    switch (token) {
      case START_OBJECT -> to.writeStartObject();
      case END_OBJECT -> to.writeEndObject();
      case START_ARRAY -> to.writeStartArray();
      case END_ARRAY -> to.writeEndArray();
      case FIELD_NAME -> to.writeFieldName(wellFormed(from.currentName()));
      case VALUE_STRING -> to.writeString(wellFormed(from.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> to.writeNumber(from.getText());
      case VALUE_TRUE -> to.writeBoolean(true);
      case VALUE_FALSE -> to.writeBoolean(false);
      default -> to.writeNull();
    }
  }

  /** Returns the value that the parser stands on as text. */
  static String raw(JsonParser from) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator to = FACTORY.createGenerator(text)) {
      copy(from, to);
    }
    return text.toString();
  }

  /** Returns a string or number as text, null for null, and passes over anything else. */
  static @Nullable String text(JsonParser from) throws IOException {
    JsonToken token = from.currentToken();
    if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
      return from.getText();
    }
    from.skipChildren();
    return null;
  }

  /** Returns a number, or not-a-number for anything else, which is passed over. */
  static double number(JsonParser from) throws IOException {
    if (from.currentToken().isNumeric()) {
      return from.getDoubleValue();
    }
    from.skipChildren();
    return Double.NaN;
  }

  static double millis(double time) {
    return time > 0 && time < SECONDS_BELOW ? time * 1_000 : time;
  }

  static long wholeMillis(double time) {
    return (long) Math.floor(millis(time));
  }

  /** Writes a number as JavaScript would: without a fraction if there is none, never 1.0E12. */
  static void write(JsonGenerator to, double number) throws IOException {
    if (number == Math.rint(number) && Math.abs(number) <= EXACT && !isNegativeZero(number)) {
      to.writeNumber((long) number);
    } else if (Math.abs(number) < PLAIN_BELOW) {
      to.writeNumber(BigDecimal.valueOf(number).toPlainString());
    } else {
      to.writeNumber(number);
    }
  }

  // The order of versions tells -0.0 from 0.0, so the wire must too.
  private static boolean isNegativeZero(double number) {
    return Double.doubleToRawLongBits(number) == Long.MIN_VALUE;
  }

  /** Half a surrogate pair has no UTF-8; browsers' databases hold some. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return replaced(text);
        }
        i++;
      }
    }
    return text;
  }

  private static String replaced(String text) {
    StringBuilder well = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
              well.appendCodePoint(half ? 0xFFFD : point);
            });
    return well.toString();
  }

  /** Cuts a text at a length, but never a pair in halves. */
  static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean splits = Character.isHighSurrogate(text.charAt(maxChars - 1));
    return text.substring(0, splits ? maxChars - 1 : maxChars);
  }
}
