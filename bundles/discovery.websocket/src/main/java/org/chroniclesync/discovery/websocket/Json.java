// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.chroniclesync.support.json.StrictJson;
import org.jspecify.annotations.Nullable;

/** How JSON of the service is read. */
final class Json {
  private static final int MAX_DEPTH = 32;

  /** As the greatest maxMessageBytes, which bounds the whole message before. */
  private static final int MAX_STRING_CHARS = 4_194_304;

  static final JsonFactory FACTORY = StrictJson.factory(MAX_DEPTH, MAX_STRING_CHARS);

  private Json() {}

  /** The current value if it is a string; anything else is skipped. */
  static @Nullable String string(JsonParser json, @Nullable JsonToken value) throws IOException {
    json.skipChildren();
    return value == JsonToken.VALUE_STRING ? json.getText() : null;
  }
}
