// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Base64;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.support.json.StrictJson;
import org.jspecify.annotations.Nullable;

/** What a client says. */
sealed interface Request {
  record GetPeers() implements Request {}

  record Ping() implements Request {}

  /**
   * A signal to pass on.
   *
   * @param signal its JSON object as it came, character by character
   */
  record Relay(PeerId target, String signal) implements Request {}

  /**
   * The answer to a challenge. Nothing of it is proved.
   *
   * @param member empty where there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // on the way to where it is checked, never compared
  record Join(byte[] key, byte[] signature, byte[] member) implements Request {}

  /** Well-formed, but of a type that this version does not know. */
  record Unknown() implements Request {}

  /** Not what a client may say. */
  record Malformed() implements Request {}

  /** Reads a message. Never throws; the text is bounded by the frame limit before. */
  static Request parse(String text) {
    try (JsonParser json = Grammar.JSON.createParser(text.toCharArray())) {
      return new Grammar(json, text).read();
    } catch (IOException | IllegalArgumentException e) {
      return new Malformed();
    }
  }

  /** Reads the members that matter and checks that the rest is JSON. */
  final class Grammar {
    private static final int MAX_DEPTH = 32;

    /** As the greatest frameBytes, which bounds the whole message before. */
    private static final int MAX_STRING_CHARS = 1_048_576;

    static final JsonFactory JSON = StrictJson.factory(MAX_DEPTH, MAX_STRING_CHARS);

    private final JsonParser json;
    private final String text;
    private @Nullable String type;
    private @Nullable String target;
    private @Nullable String signal;
    private @Nullable String key;
    private @Nullable String signature;
    private @Nullable String proof;

    Grammar(JsonParser json, String text) {
      this.json = json;
      this.text = text;
    }

    Request read() throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return new Malformed();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        member(json.currentName());
      }
      if (json.nextToken() != null || type == null) {
        return new Malformed();
      }
      return request(type);
    }

    private void member(String name) throws IOException {
      JsonToken value = json.nextToken();
      switch (name) {
        case "type" -> type = string(value);
        case "targetId" -> target = string(value);
        case "key" -> key = string(value);
        case "signature" -> signature = string(value);
        case "member" -> proof = string(value);
        case "signal" -> signal = value == JsonToken.START_OBJECT ? object() : string(null);
        default -> json.skipChildren();
      }
    }

    private @Nullable String string(@Nullable JsonToken value) throws IOException {
      json.skipChildren();
      return value == JsonToken.VALUE_STRING ? json.getText() : null;
    }

    private String object() throws IOException {
      int from = (int) json.currentTokenLocation().getCharOffset();
      json.skipChildren();
      return text.substring(from, (int) json.currentLocation().getCharOffset());
    }

    private static byte[] bytes(String base64) {
      return Base64.getUrlDecoder().decode(base64);
    }

    private Request request(String type) {
      return switch (type) {
        case "get-peers" -> new GetPeers();
        case "ping" -> new Ping();
        case "signal" ->
            target == null || signal == null
                ? new Malformed()
                : new Relay(new PeerId(target), signal);
        case "join" ->
            key == null || signature == null
                ? new Malformed()
                : new Join(bytes(key), bytes(signature), bytes(proof == null ? "" : proof));
        default -> new Unknown();
      };
    }
  }
}
