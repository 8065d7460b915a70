// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.jspecify.annotations.Nullable;

/** What the service says. */
sealed interface Incoming {
  /** Most peers of a list that are looked at. */
  int MAX_PEERS = 1_024;

  record Peers(List<PeerId> peers) implements Incoming {}

  record Joined(PeerId peer) implements Incoming {}

  record Left(PeerId peer) implements Incoming {}

  record Signalled(PeerId peer, Signal signal) implements Incoming {}

  /**
   * The service wants a proof first.
   *
   * @param nonce of {@link JoinStatement#NONCE_BYTES}
   */
  @SuppressWarnings("ArrayRecordComponent") // on the way to where it is signed, never compared
  record Challenge(byte[] nonce) implements Incoming {}

  /** A pong, or a type that this version does not know. */
  record Other() implements Incoming {}

  /** Not what a service may say. */
  record Malformed() implements Incoming {}

  /** Reads a message. Never throws; the length of the text is bounded before. */
  static Incoming parse(String text) {
    try (JsonParser json = Json.FACTORY.createParser(text)) {
      return new Message(json).read();
    } catch (IOException | IllegalArgumentException e) {
      return new Malformed();
    }
  }

  /** The members of one message; the type may come after what it is the type of. */
  final class Message {
    private final JsonParser json;
    private @Nullable String type;
    private @Nullable String peer;
    private @Nullable String nonce;
    private @Nullable List<PeerId> peers;
    private @Nullable Signal signal;

    Message(JsonParser json) {
      this.json = json;
    }

    Incoming read() throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return new Malformed();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        member(json.currentName());
      }
      return json.nextToken() == null ? message() : new Malformed();
    }

    private void member(String name) throws IOException {
      JsonToken value = json.nextToken();
      switch (name) {
        case "type" -> type = Json.string(json, value);
        case "peerId" -> peer = Json.string(json, value);
        case "nonce" -> nonce = Json.string(json, value);
        case "peers" -> peers = peers(value);
        case "signal" -> signal = SignalJson.read(json, value);
        default -> json.skipChildren();
      }
    }

    private @Nullable List<PeerId> peers(JsonToken value) throws IOException {
      if (value != JsonToken.START_ARRAY) {
        json.skipChildren();
        return null;
      }
      List<PeerId> read = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        String id = Json.string(json, json.currentToken());
        if (id != null && read.size() < MAX_PEERS) {
          addIfValid(id, read);
        }
      }
      return read;
    }

    // One peer with an impossible name must not hide the others.
    private static void addIfValid(String id, List<PeerId> read) {
      try {
        read.add(new PeerId(id));
      } catch (IllegalArgumentException e) {
        return;
      }
    }

    private Incoming challenge() {
      byte[] bytes = Base64.getUrlDecoder().decode(nonce == null ? "" : nonce);
      return bytes.length == JoinStatement.NONCE_BYTES ? new Challenge(bytes) : new Malformed();
    }

    private Incoming message() {
      if (type == null) {
        return new Malformed();
      }
      return switch (type) {
        case "challenge" -> challenge();
        case "peers" -> peers == null ? new Malformed() : new Peers(peers);
        case "peer-joined" -> peer == null ? new Malformed() : new Joined(new PeerId(peer));
        case "peer-left" -> peer == null ? new Malformed() : new Left(new PeerId(peer));
        case "signal" ->
            peer == null || signal == null
                ? new Malformed()
                : new Signalled(new PeerId(peer), signal);
        default -> new Other();
      };
    }
  }
}
