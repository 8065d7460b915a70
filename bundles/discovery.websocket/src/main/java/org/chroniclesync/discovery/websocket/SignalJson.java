// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;

/** Signals as JSON. Members that we do not know are skipped. */
final class SignalJson {
  private final JsonParser json;
  private @Nullable String type;
  private @Nullable String sdp;
  private boolean node;
  private @Nullable String data;
  private @Nullable Fields candidate;

  private static final class Fields {
    @Nullable String sdpMid;
    int sdpMLineIndex;
    @Nullable String candidate;
  }

  private SignalJson(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads the value that the parser stands at the beginning of.
   *
   * @return the signal, or null if it is none
   * @throws IllegalArgumentException if it is outside the bounds
   */
  static @Nullable Signal read(JsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    return new SignalJson(json).read();
  }

  /** The whole message that passes a signal to a peer. */
  static String message(PeerId target, Signal signal) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("type", "signal");
      json.writeStringField("targetId", target.value());
      json.writeObjectFieldStart("signal");
      write(json, signal);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Signal signal) throws IOException {
    if (signal instanceof Signal.Offer offer) {
      json.writeStringField("type", "offer");
      json.writeStringField("sdp", offer.sdp());
      if (offer.node()) {
        json.writeBooleanField("node", true);
      }
    } else if (signal instanceof Signal.Answer answer) {
      json.writeStringField("type", "answer");
      json.writeStringField("sdp", answer.sdp());
    } else if (signal instanceof Signal.Candidate candidate) {
      json.writeStringField("type", "candidate");
      json.writeObjectFieldStart("candidate");
      json.writeStringField("sdpMid", candidate.sdpMid());
      json.writeNumberField("sdpMLineIndex", candidate.sdpMLineIndex());
      json.writeStringField("candidate", candidate.candidate());
      json.writeEndObject();
    } else if (signal instanceof Signal.Sealed sealed) {
      json.writeStringField("type", "sealed");
      json.writeStringField("data", sealed.data());
    }
  }

  private @Nullable Signal read() throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "type" -> type = Json.string(json, value);
        case "sdp" -> sdp = Json.string(json, value);
        case "node" -> node = value == JsonToken.VALUE_TRUE;
        case "candidate" -> candidate = fields(value);
        case "data" -> data = Json.string(json, value);
        default -> json.skipChildren();
      }
    }
    return signal();
  }

  private @Nullable Fields fields(JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    Fields fields = new Fields();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken field = json.nextToken();
      switch (name) {
        case "sdpMid" -> fields.sdpMid = Json.string(json, field);
        case "candidate" -> fields.candidate = Json.string(json, field);
        case "sdpMLineIndex" -> fields.sdpMLineIndex = index(field);
        default -> json.skipChildren();
      }
    }
    return fields;
  }

  // Browsers may leave it null where the media section has a name.
  private int index(JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return 0;
    }
    if (value != JsonToken.VALUE_NUMBER_INT) {
      throw new IllegalArgumentException("sdpMLineIndex is no whole number");
    }
    return json.getIntValue();
  }

  private @Nullable Signal signal() {
    if (type == null) {
      return null;
    }
    return switch (type) {
      case "offer" -> sdp == null ? null : new Signal.Offer(sdp, node);
      case "answer" -> sdp == null ? null : new Signal.Answer(sdp);
      case "sealed" -> data == null ? null : new Signal.Sealed(data);
      case "candidate" ->
          candidate == null || candidate.candidate == null
              ? null
              : new Signal.Candidate(
                  candidate.sdpMid, candidate.sdpMLineIndex, candidate.candidate);
      default -> null;
    };
  }
}
