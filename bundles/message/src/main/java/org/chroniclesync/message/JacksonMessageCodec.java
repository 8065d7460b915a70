// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/** The codec, on Jackson's streams. */
@Component
public final class JacksonMessageCodec implements MessageCodec {
  private static final int USUAL_BYTES = 512;

  /** The kinds of records. */
  private static final byte JSON = 0;

  private static final byte ENTRIES = 1;
  private static final byte RECONCILE = 2;

  @Override
  public byte[] encode(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator to = Json.FACTORY.createGenerator(bytes)) {
      write(to, message);
    } catch (IOException e) {
      throw new IllegalArgumentException("the message does not contain JSON", e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Message decode(byte[] plaintext) throws MalformedMessageException {
    if (plaintext.length > MAX_PLAINTEXT_BYTES) {
      throw new MalformedMessageException(
          plaintext.length + " bytes; at most " + MAX_PLAINTEXT_BYTES + " are read", null);
    }
    return MessageReader.read(plaintext);
  }

  @Override
  public int encodedSize(Entry entry) {
    Counter counter = new Counter();
    try (JsonGenerator to = Json.FACTORY.createGenerator(counter)) {
      EntryWriter.write(to, entry);
    } catch (IOException e) {
      throw new UncheckedIOException("a counter that does no I/O failed", e);
    }
    return counter.bytes + 1;
  }

  @Override
  public byte[] pack(Message message) {
    Payload payload = message.payload();
    if (payload instanceof Payload.History || payload instanceof Payload.SyncResponse) {
      return EntryRecord.pack(message, ENTRIES);
    }
    if (payload instanceof Payload.Reconcile reconcile) {
      return ReconcileRecord.pack(message, reconcile, RECONCILE);
    }
    return packJson(encode(message));
  }

  private static byte[] packJson(byte[] json) {
    if (json.length >= MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          json.length + " bytes of JSON; a record has at most " + MAX_RECORD_BYTES);
    }
    byte[] packed = new byte[json.length + 1];
    packed[0] = JSON;
    System.arraycopy(json, 0, packed, 1, json.length);
    return packed;
  }

  @Override
  public Message unpack(byte[] packed) throws MalformedMessageException {
    if (packed.length == 0 || packed.length > MAX_RECORD_BYTES) {
      throw new MalformedMessageException(
          packed.length + " bytes; a record has 1 to " + MAX_RECORD_BYTES, null);
    }
    try {
      return switch (packed[0]) {
        case JSON -> decode(Arrays.copyOfRange(packed, 1, packed.length));
        case ENTRIES -> EntryRecord.unpack(packed);
        case RECONCILE -> ReconcileRecord.unpack(packed);
        default -> throw new MalformedMessageException("a record of kind " + packed[0], null);
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public int packable(List<Entry> entries, int from) {
    return EntryPacker.fitting(entries, from, EntryRecord.MAX_ENTRIES_BYTES);
  }

  private static void write(JsonGenerator to, Message message) throws IOException {
    Payload payload = message.payload();
    if (payload instanceof Payload.Reconcile) {
      throw new IllegalArgumentException("a reconcile message has no JSON");
    }
    to.writeStartObject();
    to.writeStringField("type", payload.type());
    to.writeFieldName("data");
    data(to, payload);
    EntryWriter.text(to, "clientId", message.sender());
    to.writeNumberField("timestamp", message.timestampMillis());
    more(to, payload);
    to.writeEndObject();
  }

  private static void data(JsonGenerator to, Payload payload) throws IOException {
    if (payload instanceof Payload.Ping ping) {
      echo(to, ping.timestamp());
    } else if (payload instanceof Payload.Pong pong) {
      echo(to, pong.timestamp());
    } else if (payload instanceof Payload.History history) {
      entries(to, history.entries());
    } else if (payload instanceof Payload.SyncResponse response) {
      to.writeStartObject();
      to.writeFieldName("history");
      entries(to, response.entries());
      to.writeEndObject();
    } else if (payload instanceof Payload.SyncRequest request) {
      to.writeStartObject();
      if (request.sinceMillis().isPresent()) {
        to.writeNumberField("since", request.sinceMillis().getAsLong());
      }
      to.writeEndObject();
    } else if (payload instanceof Payload.DeviceInfo info) {
      to.writeStartObject();
      EntryWriter.device(to, info.device());
      to.writeEndObject();
    } else if (payload instanceof Payload.Credit credit) {
      to.writeStartObject();
      to.writeNumberField("upTo", credit.upTo());
      to.writeEndObject();
    } else if (payload instanceof Payload.DeviceNames names) {
      DeviceNamesJson.write(to, names);
    } else if (payload instanceof Payload.Other other) {
      try (JsonParser from = Json.FACTORY.createParser(other.json())) {
        from.nextToken();
        Json.copy(from, to);
      }
    }
  }

  private static void echo(JsonGenerator to, double timestamp) throws IOException {
    to.writeStartObject();
    to.writeFieldName("timestamp");
    Json.write(to, timestamp);
    to.writeEndObject();
  }

  private static void entries(JsonGenerator to, List<Entry> entries) throws IOException {
    to.writeStartArray();
    for (Entry entry : entries) {
      EntryWriter.write(to, entry);
    }
    to.writeEndArray();
  }

  /** What only nodes of this project write; existing clients ignore it. */
  private static void more(JsonGenerator to, Payload payload) throws IOException {
    if (payload instanceof Payload.Ping ping) {
      hello(to, ping.hello());
    } else if (payload instanceof Payload.Pong pong) {
      hello(to, pong.hello());
    } else if (payload instanceof Payload.History history) {
      segment(to, history.segment());
    } else if (payload instanceof Payload.SyncResponse response) {
      segment(to, response.segment());
    } else if (payload instanceof Payload.SyncRequest request) {
      position(to, request.position());
    }
  }

  private static void hello(JsonGenerator to, @Nullable Hello hello) throws IOException {
    if (hello != null) {
      to.writeObjectFieldStart("node");
      to.writeNumberField("version", hello.version());
      to.writeStringField("feed", hello.feed().value());
      to.writeNumberField("entries", hello.entries());
      Hello.Share share = hello.share();
      if (share != null) {
        to.writeStringField("peer", share.peer().value());
        to.writeStringField("share", share.text());
        to.writeStringField("proof", share.proof());
        to.writeNumberField("window", share.window());
      }
      to.writeEndObject();
    }
  }

  private static void segment(JsonGenerator to, @Nullable Segment segment) throws IOException {
    if (segment != null) {
      to.writeObjectFieldStart("feed");
      to.writeStringField("id", segment.feed().value());
      to.writeNumberField("after", segment.after());
      to.writeNumberField("upTo", segment.upTo());
      to.writeNumberField("head", segment.head());
      to.writeEndObject();
    }
  }

  private static void position(JsonGenerator to, @Nullable FeedPosition position)
      throws IOException {
    if (position != null) {
      to.writeObjectFieldStart("feed");
      to.writeStringField("id", position.feed().value());
      to.writeNumberField("after", position.after());
      to.writeEndObject();
    }
  }

  /** Counts what is written to it. */
  private static final class Counter extends OutputStream {
    private int bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      bytes += length;
    }
  }
}
