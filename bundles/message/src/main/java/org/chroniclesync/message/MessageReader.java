// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.jspecify.annotations.Nullable;

/** Reads one message. Members may come in any order. */
final class MessageReader {
  private static final int MAX_SENDER_CHARS = 128;

  private @Nullable String type;
  private String sender = "";
  private double timestamp;
  private @Nullable Feed feed;
  private @Nullable Hello hello;
  private long upTo = -1;

  /** The data when it came before the type, as text. */
  private @Nullable String early;

  private boolean hasData;
  private double echo = Double.NaN;
  private OptionalLong since = OptionalLong.empty();
  private @Nullable Device device;
  private Payload.@Nullable DeviceNames names;
  private @Nullable String other;
  private final EntryReader entries = new EntryReader();

  /** The additional member {@code feed}, with -1 for what it lacks. */
  private record Feed(@Nullable String id, long after, long upTo, long head) {
    FeedId feedId() throws MalformedMessageException {
      if (id == null) {
        throw new MalformedMessageException("feed without id", null);
      }
      return new FeedId(id);
    }
  }

  static Message read(byte[] plaintext) throws MalformedMessageException {
    try (JsonParser from = Json.FACTORY.createParser(plaintext)) {
      MessageReader reader = new MessageReader();
      reader.readObject(from);
      return reader.message();
    } catch (IOException e) {
      // The exception's own message may quote the content.
      throw new MalformedMessageException("not JSON, or beyond its bounds", e);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
    }
  }

  private void readObject(JsonParser from) throws IOException, MalformedMessageException {
    if (from.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedMessageException("not an object", null);
    }
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      from.nextToken();
      member(name, from);
    }
    if (from.nextToken() != null) {
      throw new MalformedMessageException("something follows the object", null);
    }
  }

  private void member(String name, JsonParser from) throws IOException, MalformedMessageException {
    switch (name) {
      case "type" -> type = Json.text(from);
      case "clientId" -> sender = Json.cut(orEmpty(Json.text(from)), MAX_SENDER_CHARS);
      case "timestamp" -> timestamp = Json.number(from);
      case "node" -> hello = hello(from);
      case "feed" -> feed = feed(from);
      case "data" -> data(from);
      default -> from.skipChildren();
    }
  }

  private void data(JsonParser from) throws IOException, MalformedMessageException {
    if (hasData) {
      throw new MalformedMessageException("data comes twice", null);
    }
    hasData = true;
    if (type == null) {
      early = Json.raw(from);
    } else {
      dataOf(type, from);
    }
  }

  private void dataOf(String known, JsonParser from) throws IOException, MalformedMessageException {
    switch (known) {
      case Payload.Ping.TYPE, Payload.Pong.TYPE, Payload.SyncRequest.TYPE -> question(from);
      case Payload.Credit.TYPE -> credit(from);
      case Payload.History.TYPE -> entries.readAll(from);
      case Payload.SyncResponse.TYPE -> response(from);
      case Payload.DeviceInfo.TYPE -> {
        requireObject(from);
        device = EntryReader.device(from);
      }
      case Payload.DeviceNames.TYPE -> {
        requireObject(from);
        names = DeviceNamesJson.read(from);
      }
      default -> other = Json.raw(from);
    }
  }

  private void question(JsonParser from) throws IOException, MalformedMessageException {
    requireObject(from);
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      from.nextToken();
      switch (name) {
        case "timestamp" -> echo = Json.number(from);
        case "since", "lastSync" -> {
          double time = Json.number(from);
          since =
              Double.isFinite(time)
                  ? OptionalLong.of(Json.wholeMillis(time))
                  : OptionalLong.empty();
        }
        default -> from.skipChildren();
      }
    }
  }

  private void credit(JsonParser from) throws IOException, MalformedMessageException {
    requireObject(from);
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      from.nextToken();
      if (name.equals("upTo")) {
        upTo = position(from);
      } else {
        from.skipChildren();
      }
    }
  }

  private void response(JsonParser from) throws IOException, MalformedMessageException {
    requireObject(from);
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      from.nextToken();
      if (name.equals("history")) {
        entries.readAll(from);
      } else {
        from.skipChildren();
      }
    }
  }

  private static @Nullable Hello hello(JsonParser from) throws IOException {
    if (from.currentToken() != JsonToken.START_OBJECT) {
      from.skipChildren();
      return null;
    }
    double version = Double.NaN;
    double entries = 0;
    String id = null;
    String share = null;
    String proof = null;
    String peer = null;
    long window = 0;
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      from.nextToken();
      switch (name) {
        case "version" -> version = Json.number(from);
        case "feed" -> id = Json.text(from);
        case "entries" -> entries = Json.number(from);
        case "share" -> share = Json.text(from);
        case "proof" -> proof = Json.text(from);
        case "peer" -> peer = Json.text(from);
        case "window" -> window = position(from);
        default -> from.skipChildren();
      }
    }
    // Anything else with this member is not one of our nodes, so it is a client of version 1.
    return id == null || !(version >= 1)
        ? null
        : new Hello(
            (int) version,
            new FeedId(id),
            (long) Math.max(0, entries),
            share == null || peer == null
                ? null
                : new Hello.Share(new PeerId(peer), share, proof == null ? "" : proof, window));
  }

  private static @Nullable Feed feed(JsonParser from) throws IOException {
    if (from.currentToken() != JsonToken.START_OBJECT) {
      from.skipChildren();
      return null;
    }
    String id = null;
    long after = -1;
    long upTo = -1;
    long head = -1;
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String name = from.currentName();
      from.nextToken();
      switch (name) {
        case "id" -> id = Json.text(from);
        case "after" -> after = position(from);
        case "upTo" -> upTo = position(from);
        case "head" -> head = position(from);
        default -> from.skipChildren();
      }
    }
    return new Feed(id, after, upTo, head);
  }

  private static long position(JsonParser from) throws IOException {
    if (from.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return from.getLongValue();
    }
    from.skipChildren();
    return -1;
  }

  private static void requireObject(JsonParser from) throws MalformedMessageException {
    if (from.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedMessageException("data is not an object", null);
    }
  }

  private Message message() throws IOException, MalformedMessageException {
    String known = type;
    if (known == null) {
      throw new MalformedMessageException("no type", null);
    }
    if (early != null) {
      try (JsonParser from = Json.FACTORY.createParser(early)) {
        from.nextToken();
        dataOf(known, from);
      }
    }
    long at = Double.isFinite(timestamp) ? Json.wholeMillis(timestamp) : 0;
    return new Message(payload(known), sender, at);
  }

  private Payload payload(String known) throws MalformedMessageException {
    return switch (known) {
      case Payload.Ping.TYPE -> new Payload.Ping(echo(), hello);
      case Payload.Pong.TYPE -> new Payload.Pong(echo(), hello);
      case Payload.History.TYPE -> new Payload.History(entries.entries(), segment(), refused());
      case Payload.SyncResponse.TYPE ->
          new Payload.SyncResponse(entries.entries(), segment(), refused());
      case Payload.SyncRequest.TYPE ->
          new Payload.SyncRequest(
              since, feed == null ? null : new FeedPosition(feed.feedId(), feed.after()));
      case Payload.DeviceInfo.TYPE -> {
        if (device == null) {
          throw new MalformedMessageException("device without data", null);
        }
        yield new Payload.DeviceInfo(device);
      }
      case Payload.Credit.TYPE -> new Payload.Credit(upTo);
      case Payload.DeviceNames.TYPE -> {
        if (names == null) {
          throw new MalformedMessageException("device-names without data", null);
        }
        yield names;
      }
      default -> new Payload.Other(known, other == null ? "null" : other);
    };
  }

  private int refused() {
    return hasData ? entries.refused() : 1;
  }

  private @Nullable Segment segment() throws MalformedMessageException {
    return feed == null ? null : new Segment(feed.feedId(), feed.after(), feed.upTo(), feed.head());
  }

  private double echo() throws MalformedMessageException {
    if (!Double.isFinite(echo)) {
      throw new MalformedMessageException("no timestamp to echo", null);
    }
    return echo;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
