// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of an address. Each may stand in it once. */
final class Query {
  static final int MAX_CHARS = 16_384;

  private static final int HEX = 16;

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  static Query parse(@Nullable String text) {
    Map<String, String> values = new HashMap<>();
    if (text == null || text.isEmpty()) {
      return new Query(values);
    }
    if (text.length() > MAX_CHARS) {
      throw Problem.wrong(Code.REQUEST, "The address is too long.", "Ask for less at once.");
    }
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!name.isEmpty() && values.put(name, value) != null) {
        throw Problem.wrong(
            Code.REQUEST, "A parameter is in the address twice.", "Give each once.");
      }
    }
    return new Query(values);
  }

  @Nullable String get(String name) {
    String value = values.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  static String decode(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
    int at = 0;
    while (at < text.length()) {
      char next = text.charAt(at);
      if (next == '%') {
        bytes.put((byte) encoded(text, at));
        at += 3;
      } else if (next == '+') {
        bytes.put((byte) ' ');
        at++;
      } else {
        int point = text.codePointAt(at);
        bytes.put(Character.toString(point).getBytes(UTF_8));
        at += Character.charCount(point);
      }
    }
    try {
      return UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw unreadable();
    }
  }

  private static int encoded(String text, int at) {
    if (at + 3 > text.length()) {
      throw unreadable();
    }
    int high = Character.digit(text.charAt(at + 1), HEX);
    int low = Character.digit(text.charAt(at + 2), HEX);
    if (high < 0 || low < 0) {
      throw unreadable();
    }
    return HEX * high + low;
  }

  private static Problem unreadable() {
    return Problem.wrong(
        Code.REQUEST,
        "The address is not percent-encoded UTF-8.",
        "Encode its parameters and try again.");
  }
}
