// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.jspecify.annotations.Nullable;

/** Records of entries: a method of compression, a length of three bytes, and CBOR. */
final class EntryRecord {
  /** Chosen by measuring, see docs/performance.md. */
  private static final int LEVEL = Deflater.BEST_SPEED;

  private static final int HEAD_BYTES = 5;

  /** What the entries of a record may come to; the rest is for what is around them. */
  static final int MAX_ENTRIES_BYTES = MessageCodec.MAX_RECORD_BYTES - 4_096;

  private static final int METHOD_AT = 1;
  private static final int LENGTH_AT = 2;
  private static final byte STORED = 0;
  private static final byte DEFLATED = 1;

  private static final int HISTORY = 0;
  private static final int SYNC_RESPONSE = 1;

  private EntryRecord() {}

  static byte[] pack(Message message, byte kind) {
    CborWriter to = new CborWriter();
    if (message.payload() instanceof Payload.History history) {
      to.integer(HISTORY);
      write(message, history.segment(), history.entries(), to);
    } else if (message.payload() instanceof Payload.SyncResponse response) {
      to.integer(SYNC_RESPONSE);
      write(message, response.segment(), response.entries(), to);
    }
    if (to.length() > MessageCodec.MAX_RECORD_BYTES - HEAD_BYTES) {
      throw new IllegalArgumentException(
          to.length() + " bytes unpacked; at most " + MessageCodec.MAX_RECORD_BYTES);
    }
    return compress(kind, to.buffer(), to.length());
  }

  private static void write(
      Message message, @Nullable Segment segment, List<Entry> entries, CborWriter to) {
    to.text(Bounds.text("sender", message.sender(), Bounds.MAX_ID_CHARS));
    to.integer(message.timestampMillis());
    if (segment == null) {
      to.nothing();
    } else {
      to.array(4);
      to.text(segment.feed().value());
      to.integer(segment.after());
      to.integer(segment.upTo());
      to.integer(segment.head());
    }
    EntryPacker.write(entries, to);
  }

  static Message unpack(byte[] packed) throws MalformedMessageException {
    if (packed.length < HEAD_BYTES) {
      throw new MalformedMessageException("it ends too early", null);
    }
    int length =
        ((packed[LENGTH_AT] & 0xff) << 16)
            | ((packed[LENGTH_AT + 1] & 0xff) << 8)
            | (packed[LENGTH_AT + 2] & 0xff);
    return switch (packed[METHOD_AT]) {
      case STORED -> {
        if (length != packed.length - HEAD_BYTES) {
          throw new MalformedMessageException("not as many bytes as it says", null);
        }
        yield read(new CborReader(packed, HEAD_BYTES, packed.length));
      }
      case DEFLATED -> {
        byte[] plain = inflate(packed, length);
        yield read(new CborReader(plain, 0, plain.length));
      }
      default ->
          throw new MalformedMessageException("compression method " + packed[METHOD_AT], null);
    };
  }

  private static Message read(CborReader from) throws MalformedMessageException {
    int type = from.integer(SYNC_RESPONSE + 1);
    String sender = Bounds.text("sender", from.text(), Bounds.MAX_ID_CHARS);
    long timestamp = from.integer();
    Segment segment = from.nothing() ? null : segment(from);
    List<Entry> entries = EntryUnpacker.read(from);
    from.requireEnd();
    Payload payload =
        type == HISTORY
            ? new Payload.History(entries, segment, 0)
            : new Payload.SyncResponse(entries, segment, 0);
    return new Message(payload, sender, timestamp);
  }

  private static Segment segment(CborReader from) throws MalformedMessageException {
    from.array(4);
    return new Segment(new FeedId(from.text()), from.integer(), from.integer(), from.integer());
  }

  private static byte[] compress(byte kind, byte[] plain, int length) {
    byte[] packed = new byte[HEAD_BYTES + length];
    packed[0] = kind;
    packed[LENGTH_AT] = (byte) (length >> 16);
    packed[LENGTH_AT + 1] = (byte) (length >> 8);
    packed[LENGTH_AT + 2] = (byte) length;
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      deflater.setInput(plain, 0, length);
      deflater.finish();
      int deflated = deflater.deflate(packed, HEAD_BYTES, length);
      if (deflater.finished()) {
        packed[METHOD_AT] = DEFLATED;
        return Arrays.copyOf(packed, HEAD_BYTES + deflated);
      }
    } finally {
      deflater.end();
    }
    packed[METHOD_AT] = STORED;
    System.arraycopy(plain, 0, packed, HEAD_BYTES, length);
    return packed;
  }

  private static byte[] inflate(byte[] packed, int length) throws MalformedMessageException {
    if (length > MessageCodec.MAX_RECORD_BYTES) {
      throw new MalformedMessageException(length + " bytes unpacked", null);
    }
    byte[] plain = new byte[length];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed, HEAD_BYTES, packed.length - HEAD_BYTES);
      int inflated = 0;
      int more;
      do {
        more = inflater.inflate(plain, inflated, length - inflated);
        inflated += more;
      } while (more > 0);
      // With the output full, one look more finds the mark at the end.
      byte[] beyond = new byte[1];
      boolean right = inflated == length && inflater.inflate(beyond) == 0 && inflater.finished();
      if (!right || inflater.getRemaining() > 0) {
        throw new MalformedMessageException("not the compressed bytes that it says", null);
      }
      return plain;
    } catch (DataFormatException e) {
      throw new MalformedMessageException("not compressed as it says", e);
    } finally {
      inflater.end();
    }
  }
}
