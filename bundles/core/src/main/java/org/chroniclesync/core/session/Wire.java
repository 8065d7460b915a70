// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.chroniclesync.core.base.DeviceProof;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.LeasedService.Lease;
import org.chroniclesync.core.base.Self;
import org.jspecify.annotations.Nullable;

/**
 * Messages over a channel. It begins in version 1, where each frame is an envelope of the account;
 * once both sides have agreed on keys, it goes on in version 2, where the frames of a session are
 * counted. One thread sends and one receives; any may prepare what is sent.
 */
final class Wire implements AutoCloseable {
  /** Chromium closes the channel on a longer message, see wire version 1. */
  private static final int MAX_FRAME_BYTES = 256 * 1024;

  /** What a message of entries needs besides them: the members around, and the segment. */
  private static final int MESSAGE_OVERHEAD_BYTES = 1_024;

  private final Channel channel;
  private final Self self;
  private final LeasedService<Identity> identities;
  private final LeasedService<MessageCodec> codecs;
  private final Counters counters;
  private final Clock clock;

  private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
  private volatile @Nullable SessionKeys keys;
  private volatile long sendingSince;
  private volatile boolean closed;
  private int frameBytes;

  /**
   * A message that came.
   *
   * @param message the message
   * @param record what it was unpacked from, in version 2
   * @param frameBytes how long its frames were
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, and never compared
  record Arrival(Message message, byte @Nullable [] record, int frameBytes) {}

  Wire(
      Channel channel,
      Self self,
      LeasedService<Identity> identities,
      LeasedService<MessageCodec> codecs,
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
    try (Lease<Identity> identity = identity()) {
      return identity.service().sessions().begin();
    }
  }

  /**
   * Proves that a share is this device's. That both see one connection, the session's keys prove.
   */
  byte[] prove(Ephemeral ours) throws ChannelClosedException, InterruptedException {
    try (Lease<Identity> identity = identity()) {
      return DeviceProof.of(identity.service(), DeviceProof.greeting(ours.share(), self.id()));
    }
  }

  /** Tells whether a share is the peer's. */
  boolean isProven(byte[] theirs, PeerId peer, byte[] proof)
      throws ChannelClosedException, InterruptedException {
    try (Lease<Identity> identity = identity()) {
      return DeviceProof.isRight(
          identity.service(), peer, DeviceProof.greeting(theirs, peer), proof);
    }
  }

  /** From now on everything is said in version 2. */
  void secure(Ephemeral ours, byte[] theirs, PeerId peer)
      throws ChannelClosedException, InterruptedException, HandshakeException {
    try (Lease<Identity> identity = identity()) {
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

  /**
   * A message as it will be sealed.
   *
   * @param record what is sealed: JSON in version 1, a record in version 2
   * @param packed whether it is a record
   * @param entries how many entries it holds
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
  record Parcel(byte[] record, boolean packed, int entries) {}

  /**
   * Packs a message.
   *
   * @throws IllegalArgumentException if it is too long
   */
  Parcel prepare(Payload payload) throws ChannelClosedException, InterruptedException {
    boolean packed = keys != null;
    // Within a session of version 2 there is no doubt who the sender is.
    String sender = packed ? "" : self.account().value();
    Message message = new Message(payload, sender, clock.millis());
    byte[] record = packed ? pack(message) : encode(message);
    int most = packed ? MessageCodec.MAX_RECORD_BYTES : maxPlaintextBytes();
    if (record.length > most) {
      throw new IllegalArgumentException(
          "a "
              + payload.type()
              + " message of "
              + record.length
              + " bytes; the peer takes "
              + most);
    }
    return new Parcel(record, packed, entriesOf(payload));
  }

  private static int entriesOf(Payload payload) {
    if (payload instanceof Payload.History history) {
      return history.entries().size();
    }
    return payload instanceof Payload.SyncResponse response ? response.entries().size() : 0;
  }

  /** Returns how many bytes its frames had. For the thread that sends. */
  int send(Parcel parcel) throws ChannelClosedException, InterruptedException {
    SessionKeys now = keys;
    int bytes =
        parcel.packed() && now != null
            ? sendRecord(now, parcel.record())
            : sendEnvelope(parcel.record());
    counters.bytesOut.add(bytes);
    counters.entriesOut.add(parcel.entries());
    return bytes;
  }

  /** Returns how long the channel has not taken a frame that is being sent, in nanoseconds. */
  long stuckNanos() {
    long since = sendingSince;
    return since == 0 ? 0 : System.nanoTime() - since;
  }

  private void transmit(Frame frame) throws ChannelClosedException, InterruptedException {
    sendingSince = System.nanoTime();
    try {
      channel.send(frame);
    } finally {
      sendingSince = 0;
    }
  }

  private int sendEnvelope(byte[] plaintext) throws ChannelClosedException, InterruptedException {
    String frame;
    try (Lease<Identity> identity = identity()) {
      frame = identity.service().envelopes().seal(plaintext);
    }
    transmit(new Frame.Text(frame));
    return frame.length();
  }

  private int sendRecord(SessionKeys now, byte[] record)
      throws ChannelClosedException, InterruptedException {
    int most = maxFrameBytes() - Sessions.OVERHEAD_BYTES;
    int bytes = 0;
    int from = 0;
    do {
      int length = Math.min(most, record.length - from);
      byte header = from + length < record.length ? Sessions.MORE : 0;
      byte[] frame = sealFrame(now, header, record, from, length);
      transmit(new Frame.Binary(frame));
      bytes += frame.length;
      from += length;
    } while (from < record.length);
    return bytes;
  }

  private byte[] sealFrame(SessionKeys now, byte header, byte[] record, int from, int length)
      throws ChannelClosedException, InterruptedException {
    try (Lease<Identity> identity = identity()) {
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
    try (Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().pack(message);
    }
  }

  private byte[] encode(Message message) throws InterruptedException {
    try (Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().encode(message);
    }
  }

  // --- Receiving --------------------------------------------------------------------------------

  /**
   * Returns how long the frames were of the record that came last. For the thread that receives.
   */
  int frameBytes() {
    return frameBytes;
  }

  /**
   * Returns how long the record is of which only a part has come, 0 if there is none. For the
   * thread that receives.
   */
  int pendingBytes() {
    return fragments.size();
  }

  /** Returns the next message; null if none came in time, or only a part of one. */
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
    return now == null ? receiveEnvelope(frame) : receiveRecord(now, frame);
  }

  private Arrival receiveEnvelope(Frame frame)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    String text = text(frame);
    counters.bytesIn.add(text.length());
    byte[] plaintext = open(text);
    try (Lease<MessageCodec> codec = codecs.lease()) {
      return new Arrival(codec.service().decode(plaintext), null, text.length());
    }
  }

  private @Nullable Arrival receiveRecord(SessionKeys now, Frame frame)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    if (!add(now, frame)) {
      return null;
    }
    byte[] record = fragments.toByteArray();
    fragments.reset();
    return new Arrival(unpack(record), record, frameBytes);
  }

  /** Unpacks a record of version 2. On any thread. */
  Message unpack(byte[] record) throws InterruptedException, MalformedMessageException {
    try (Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().unpack(record);
    }
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
    try (Lease<Identity> identity = identity()) {
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

  private byte[] open(String text)
      throws ChannelClosedException, InterruptedException, EnvelopeException {
    try (Lease<Identity> identity = identity()) {
      return identity.service().envelopes().open(text);
    }
  }

  /** Whoever opens and seals may change, whose key it is may not. */
  private Lease<Identity> identity() throws ChannelClosedException, InterruptedException {
    Lease<Identity> lease = identities.lease();
    if (Self.of(lease.service()).equals(self)) {
      return lease;
    }
    lease.close();
    throw new ChannelClosedException(
        new CloseReason(CloseReason.Kind.LOCAL, "this node has become another one"));
  }

  private int maxPlaintextBytes() throws ChannelClosedException, InterruptedException {
    try (Lease<Identity> identity = identity()) {
      return identity.service().envelopes().maxPlaintextBytes(maxFrameBytes());
    }
  }

  private int maxFrameBytes() {
    return Math.min(MAX_FRAME_BYTES, channel.maxFrameBytes());
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
    try (Lease<MessageCodec> codec = codecs.lease()) {
      return keys != null
          ? codec.service().packable(entries, from)
          : encodable(codec.service(), entries, from);
    }
  }

  private int encodable(MessageCodec codec, List<Entry> entries, int from)
      throws ChannelClosedException, InterruptedException {
    int budget = maxPlaintextBytes() - MESSAGE_OVERHEAD_BYTES;
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
