// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Messages over a channel. It begins in version 1, where each frame is an envelope of the account;
 * once both sides have agreed on keys, it goes on in version 2, where the frames of a session are
 * counted. Any number of threads may send while one receives.
 */
final class Wire implements AutoCloseable {
  /** Chromium closes the channel on a longer message, see wire version 1. */
  private static final int MAX_FRAME_BYTES = 256 * 1024;

  /** What a message of entries needs besides them: the members around, and the segment. */
  private static final int MESSAGE_OVERHEAD_BYTES = 1_024;

  private final Channel channel;
  private final Self self;
  private final Slot<Identity> identities;
  private final Slot<MessageCodec> codecs;
  private final Counters counters;
  private final Clock clock;

  /** The order in which frames are sealed is the order in which they must be sent. */
  private final ReentrantLock sending = new ReentrantLock(true);

  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
  private volatile @Nullable SessionKeys keys;
  private volatile boolean closed;
  private int frameBytes;

  /**
   * A message that came.
   *
   * @param message the message
   * @param frameBytes how long its frames were
   */
  record Arrival(Message message, int frameBytes) {}

  Wire(
      Channel channel,
      Self self,
      Slot<Identity> identities,
      Slot<MessageCodec> codecs,
      Counters counters,
      Clock clock) {
    this.channel = channel;
    this.self = self;
    this.identities = identities;
    this.codecs = codecs;
    this.counters = counters;
    this.clock = clock;
  }

  // --- From version 1 to version 2 --------------------------------------------------------------

  /** Makes what this side brings into the keys. */
  Ephemeral begin() throws ChannelClosedException, InterruptedException {
    try (Slot.Lease<Identity> identity = identity()) {
      return identity.service().sessions().begin();
    }
  }

  /** From now on all is said in version 2. Before anybody but the caller sends. */
  void secure(Ephemeral ours, byte[] theirs, PeerId peer)
      throws ChannelClosedException, InterruptedException, HandshakeException {
    try (Slot.Lease<Identity> identity = identity()) {
      keys = identity.service().sessions().agree(ours, theirs, self.id(), peer, channel.binding());
    }
  }

  /** Tells the two sides of a secured session apart. */
  boolean isFirst() {
    SessionKeys now = keys;
    return now != null && now.first();
  }

  /** Wipes the keys. */
  @Override
  public void close() {
    closed = true;
    SessionKeys now = keys;
    if (now != null) {
      now.close();
    }
  }

  // --- Sending ----------------------------------------------------------------------------------

  /** Returns how many bytes its frames had. */
  int send(Payload payload) throws ChannelClosedException, InterruptedException {
    SessionKeys now = keys;
    int bytes =
        now == null
            ? sendEnvelope(new Message(payload, self.account().value(), clock.millis()))
            // Within a session there is no doubt who the sender is.
            : sendRecord(now, pack(new Message(payload, "", clock.millis())));
    counters.bytesOut.add(bytes);
    return bytes;
  }

  private int sendEnvelope(Message message) throws ChannelClosedException, InterruptedException {
    String frame = seal(message.payload().type(), encode(message));
    channel.send(new Frame.Text(frame));
    return frame.length();
  }

  private int sendRecord(SessionKeys now, byte[] record)
      throws ChannelClosedException, InterruptedException {
    int most = maxFrameBytes() - Sessions.OVERHEAD_BYTES;
    int bytes = 0;
    sending.lockInterruptibly();
    try {
      int from = 0;
      do {
        int length = Math.min(most, record.length - from);
        byte header = from + length < record.length ? Sessions.MORE : 0;
        byte[] frame = sealFrame(now, header, record, from, length);
        channel.send(new Frame.Binary(frame));
        bytes += frame.length;
        from += length;
      } while (from < record.length);
    } finally {
      sending.unlock();
    }
    return bytes;
  }

  private byte[] sealFrame(SessionKeys now, byte header, byte[] record, int from, int length)
      throws ChannelClosedException, InterruptedException {
    try (Slot.Lease<Identity> identity = identity()) {
      return identity.service().sessions().seal(now, header, record, from, length);
    } catch (IllegalStateException e) {
      throw ended(e);
    }
  }

  /** Its keys may be wiped while a frame is on the way; any other trouble is as it says. */
  private ChannelClosedException ended(IllegalStateException e) {
    if (closed) {
      return new ChannelClosedException(
          new CloseReason(CloseReason.Kind.LOCAL, "the session has ended"));
    }
    throw e;
  }

  private byte[] pack(Message message) throws InterruptedException {
    byte[] record;
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      record = codec.service().pack(message);
    }
    if (record.length > MessageCodec.MAX_RECORD_BYTES) {
      throw tooLong(message.payload().type(), record.length, MessageCodec.MAX_RECORD_BYTES);
    }
    return record;
  }

  private static IllegalArgumentException tooLong(String type, int bytes, int most) {
    return new IllegalArgumentException(
        "a " + type + " message of " + bytes + " bytes; the peer takes " + most);
  }

  // --- Receiving --------------------------------------------------------------------------------

  /** Returns the next message, or null if none came in time. */
  @Nullable Arrival receive(Duration patience)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    SessionKeys now = keys;
    Frame frame = channel.receive(patience);
    if (frame == null) {
      return null;
    }
    return now == null ? receiveEnvelope(frame) : receiveRecord(now, frame, patience);
  }

  private Arrival receiveEnvelope(Frame frame)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    String text = text(frame);
    counters.bytesIn.add(text.length());
    byte[] plaintext = open(text);
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      return new Arrival(codec.service().decode(plaintext), text.length());
    }
  }

  private @Nullable Arrival receiveRecord(SessionKeys now, Frame first, Duration patience)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    Frame frame = first;
    while (frame != null) {
      if (add(now, frame)) {
        byte[] record = fragments.toByteArray();
        fragments.reset();
        try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
          return new Arrival(codec.service().unpack(record), frameBytes);
        }
      }
      frame = channel.receive(patience);
    }
    return null;
  }

  /** Returns true if the record is whole. */
  private boolean add(SessionKeys now, Frame frame)
      throws ChannelClosedException, InterruptedException, EnvelopeException {
    if (!(frame instanceof Frame.Binary binary)) {
      throw new EnvelopeException(
          EnvelopeException.Reason.NOT_AUTHENTIC, "a text in a session of version 2", null);
    }
    if (fragments.size() == 0) {
      frameBytes = 0;
    }
    frameBytes += binary.bytes().length;
    counters.bytesIn.add(binary.bytes().length);
    Sessions.Opened opened;
    try (Slot.Lease<Identity> identity = identity()) {
      opened = identity.service().sessions().open(now, binary.bytes());
    } catch (IllegalStateException e) {
      throw ended(e);
    }
    if (fragments.size() + opened.bytes().length > MessageCodec.MAX_RECORD_BYTES) {
      throw new EnvelopeException(
          EnvelopeException.Reason.TOO_LONG,
          "a record of more than " + MessageCodec.MAX_RECORD_BYTES + " bytes",
          null);
    }
    if (opened.more() && opened.bytes().length == 0) {
      throw new EnvelopeException(
          EnvelopeException.Reason.EMPTY, "a fragment with nothing in it", null);
    }
    fragments.writeBytes(opened.bytes());
    return !opened.more();
  }

  private String seal(String type, byte[] plaintext)
      throws ChannelClosedException, InterruptedException {
    try (Slot.Lease<Identity> identity = identity()) {
      int most = maxPlaintextBytes(identity.service());
      if (plaintext.length > most) {
        throw tooLong(type, plaintext.length, most);
      }
      return identity.service().envelopes().seal(plaintext);
    }
  }

  private byte[] open(String text)
      throws ChannelClosedException, InterruptedException, EnvelopeException {
    try (Slot.Lease<Identity> identity = identity()) {
      return identity.service().envelopes().open(text);
    }
  }

  /** Whoever opens and seals may change, whose key it is may not. */
  private Slot.Lease<Identity> identity() throws ChannelClosedException, InterruptedException {
    Slot.Lease<Identity> lease = identities.lease();
    if (Self.of(lease.service()).equals(self)) {
      return lease;
    }
    lease.close();
    throw new ChannelClosedException(
        new CloseReason(CloseReason.Kind.LOCAL, "this node has become another one"));
  }

  private int maxPlaintextBytes(Identity identity) {
    return identity.envelopes().maxPlaintextBytes(maxFrameBytes());
  }

  private int maxFrameBytes() {
    return Math.min(MAX_FRAME_BYTES, channel.maxFrameBytes());
  }

  private byte[] encode(Message message) throws InterruptedException {
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().encode(message);
    }
  }

  /** Parts entries into what fits into one message each. */
  List<List<Entry>> messages(List<Entry> entries)
      throws ChannelClosedException, InterruptedException {
    List<List<Entry>> messages = new ArrayList<>();
    int from = 0;
    while (from < entries.size()) {
      int to = from + fitting(entries, from);
      messages.add(entries.subList(from, to));
      from = to;
    }
    return messages;
  }

  private int fitting(List<Entry> entries, int from)
      throws ChannelClosedException, InterruptedException {
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      return keys != null
          ? codec.service().packable(entries, from)
          : encodable(codec.service(), entries, from);
    }
  }

  private int encodable(MessageCodec codec, List<Entry> entries, int from)
      throws ChannelClosedException, InterruptedException {
    int budget;
    try (Slot.Lease<Identity> identity = identity()) {
      budget = maxPlaintextBytes(identity.service()) - MESSAGE_OVERHEAD_BYTES;
    }
    int to = from;
    while (to < entries.size()) {
      budget -= codec.encodedSize(entries.get(to));
      if (budget < 0 && to > from) {
        break;
      }
      to++;
    }
    return to - from;
  }

  // Some clients send the JSON of an envelope as a binary message.
  private static String text(Frame frame) {
    if (frame instanceof Frame.Text text) {
      return text.text();
    }
    return new String(((Frame.Binary) frame).bytes(), StandardCharsets.UTF_8);
  }
}
