// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.core.References;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.Self;
import org.chroniclesync.core.node.PlainSessions;
import org.chroniclesync.message.JacksonMessageCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What counts as having heard the peer. Frames come one by one, when the test says so. */
@Timeout(600)
class ReceiverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final PeerId PEER = PeerId.ofNode("peer");
  private static final ChannelBinding BINDING = new ChannelBinding(new byte[32]);
  private static final Sessions SESSIONS = new PlainSessions("secret");

  private final Line line = new Line();
  private final List<Payload> came = new CopyOnWriteArrayList<>();
  private final JacksonMessageCodec codec = new JacksonMessageCodec();
  private SessionKeys keys;
  private Receiver receiver;
  private Thread thread;

  @BeforeEach
  void listen() throws Exception {
    LeasedService<Identity> identities = new LeasedService<>();
    Identity identity = identity(PeerId.ofNode("self"));
    identities.add(References.ranked(1), identity);
    LeasedService<MessageCodec> codecs = new LeasedService<>();
    codecs.add(References.ranked(1), codec);
    Self self = Self.of(identity);
    Wire wire = new Wire(line, self, identities, codecs, new Counters(), Clock.systemUTC());
    Ephemeral theirs = SESSIONS.begin();
    Ephemeral ours = wire.begin();
    keys = SESSIONS.agree(theirs, ours.share(), PEER, self.id(), BINDING);
    wire.secure(ours, theirs.share(), PEER);
    receiver = new Receiver(wire, new Listening());
    thread =
        new Thread(
            () -> {
              try {
                receiver.run();
              } catch (Exception e) {
                // The test ends.
              }
            });
    thread.start();
    await().atMost(PATIENCE).until(() -> receiver.silence() > 0);
  }

  @AfterEach
  void stop() throws Exception {
    thread.interrupt();
    thread.join();
  }

  /** A megabyte over a slow line takes longer than the silence that ends a session. */
  @Test
  void aPartOfALongRecordIsHeard() throws Exception {
    for (int part = 0; part < 3; part++) {
      long before = System.nanoTime();
      say(Sessions.MORE, new byte[Receiver.LEAST_PART_BYTES]);
      awaitTaken();
      await().atMost(PATIENCE).until(() -> receiver.silence() <= System.nanoTime() - before);
    }
    assertThat(came).isEmpty();
  }

  @Test
  void aRecordThatComesByteByByteIsSilence() throws Exception {
    long before = System.nanoTime();
    for (int part = 0; part < Receiver.LEAST_PART_BYTES - 1; part++) {
      say(Sessions.MORE, new byte[1]);
    }
    awaitTaken();

    long since = System.nanoTime() - before;
    assertThat(receiver.silence()).isGreaterThan(since);
    // The next one would end the record's part that does not count yet.
    say(Sessions.MORE, new byte[1]);
    await().atMost(PATIENCE).until(() -> receiver.silence() <= System.nanoTime() - before);
  }

  /** What a record had when it was whole does not count for the next one. */
  @Test
  void eachRecordCountsAnew() throws Exception {
    Payload note = new Payload.Other("note", "\"" + "x".repeat(3_000) + "\"");
    byte[] record = codec.pack(new Message(note, "", 0));
    say(Sessions.MORE, Arrays.copyOf(record, record.length - 1));
    say((byte) 0, Arrays.copyOfRange(record, record.length - 1, record.length));
    await().atMost(PATIENCE).until(() -> came.size() == 1);

    long before = System.nanoTime();
    say(Sessions.MORE, new byte[Receiver.LEAST_PART_BYTES]);
    await().atMost(PATIENCE).until(() -> receiver.silence() <= System.nanoTime() - before);
    assertThat(came).containsExactly(note);
  }

  private void say(byte header, byte[] part) {
    line.frames.add(new Frame.Binary(SESSIONS.seal(keys, header, part, 0, part.length)));
  }

  /** The receiver asks for the next frame when it is done with the one before. */
  private void awaitTaken() {
    await().atMost(PATIENCE).until(() -> line.frames.isEmpty() && line.waits);
  }

  private final class Listening implements Receiver.Listener {
    @Override
    public void listens() {}

    @Override
    public void came(Wire.Arrival arrival) {
      came.add(arrival.message().payload());
    }

    @Override
    public void unopened(EnvelopeException why) {
      throw new AssertionError(why);
    }

    @Override
    public void unread(MalformedMessageException why) {
      throw new AssertionError(why);
    }
  }

  /** Of the identity only what a session in version 2 needs. */
  private static Identity identity(PeerId self) {
    Map<String, Object> answers =
        Map.of(
            "self",
            self,
            "account",
            new AccountId("A".repeat(43)),
            "nodeRoom",
            new RoomId(RoomId.NODE_PREFIX + "A".repeat(43)),
            "sessions",
            SESSIONS);
    return (Identity)
        Proxy.newProxyInstance(
            Identity.class.getClassLoader(),
            new Class<?>[] {Identity.class},
            (proxy, method, args) -> answers.get(method.getName()));
  }

  /** One end of a channel whose frames the test adds. */
  private static final class Line implements Channel {
    final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    volatile boolean waits;

    @Override
    public void send(Frame frame) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Frame receive(Duration patience) throws InterruptedException {
      waits = true;
      Frame frame = frames.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      waits = frame == null;
      return frame;
    }

    @Override
    public boolean flush(Duration patience) {
      return true;
    }

    @Override
    public int maxFrameBytes() {
      return 65_536;
    }

    @Override
    public ChannelBinding binding() {
      return BINDING;
    }

    @Override
    public void close(CloseReason reason) {}
  }
}
