// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Identity;
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
 * Messages over a channel: encoded, sealed, counted. One thread may send while another receives.
 */
final class Wire {
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
  private int lastFrameBytes;

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

  /** Returns how many bytes the frame had. */
  int send(Payload payload) throws ChannelClosedException, InterruptedException {
    byte[] plaintext = encode(payload);
    String frame = seal(payload.type(), plaintext);
    channel.send(new Frame.Text(frame));
    counters.bytesOut.add(frame.length());
    return frame.length();
  }

  /** Returns the next message, or null if none came in time. */
  @Nullable Message receive(Duration patience)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    Frame frame = channel.receive(patience);
    if (frame == null) {
      return null;
    }
    String text = text(frame);
    lastFrameBytes = text.length();
    counters.bytesIn.add(lastFrameBytes);
    byte[] plaintext = open(text);
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().decode(plaintext);
    }
  }

  private String seal(String type, byte[] plaintext)
      throws ChannelClosedException, InterruptedException {
    try (Slot.Lease<Identity> identity = identity()) {
      int most = maxPlaintextBytes(identity.service());
      if (plaintext.length > most) {
        throw new IllegalArgumentException(
            "a " + type + " message of " + plaintext.length + " bytes; the peer takes " + most);
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
    return identity
        .envelopes()
        .maxPlaintextBytes(Math.min(MAX_FRAME_BYTES, channel.maxFrameBytes()));
  }

  private byte[] encode(Payload payload) throws InterruptedException {
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().encode(new Message(payload, self.account().value(), clock.millis()));
    }
  }

  /** How long the frame of the last message received was; for the thread that receives. */
  int lastFrameBytes() {
    return lastFrameBytes;
  }

  /** How many bytes of entries fit into one message. */
  int entryBudgetBytes() throws ChannelClosedException, InterruptedException {
    try (Slot.Lease<Identity> identity = identity()) {
      return maxPlaintextBytes(identity.service()) - MESSAGE_OVERHEAD_BYTES;
    }
  }

  int sizeOf(Entry entry) throws InterruptedException {
    try (Slot.Lease<MessageCodec> codec = codecs.lease()) {
      return codec.service().encodedSize(entry);
    }
  }

  // Some clients send the JSON of an envelope as a binary message.
  private static String text(Frame frame) {
    if (frame instanceof Frame.Text text) {
      return text.text();
    }
    return new String(((Frame.Binary) frame).bytes(), StandardCharsets.UTF_8);
  }
}
