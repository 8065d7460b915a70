// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.support.Transcript;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.core.base.DeviceProof;
import org.chroniclesync.core.peer.SignalsOfNodes;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.jspecify.annotations.Nullable;

/**
 * A device with the words that speaks version 2 with one node and says whatever a test wants. It
 * keeps to no credit, turn or bound, reads what it is sent, and forgets it.
 */
final class HostileNode implements AutoCloseable {
  private static final long WINDOW = Hello.Share.MAX_WINDOW;
  private static final FeedId FEED = new FeedId("feed of a hostile node");

  final PeerId id;
  final AtomicInteger sessions = new AtomicInteger();
  final AtomicInteger views = new AtomicInteger();
  final AtomicInteger questions = new AtomicInteger();
  final Map<String, AtomicLong> heard = new ConcurrentHashMap<>();
  private final PeerId victim;
  private final MemoryTransport transport;
  private final Identity identity;
  private final SignalsOfNodes signals;
  private final JacksonMessageCodec codec = new JacksonMessageCodec();
  private final Membership membership;
  private @Nullable Link link;
  private volatile @Nullable Talk talk;
  private volatile boolean closed;

  HostileNode(MemoryNetwork network, String name, PeerId victim) {
    this.transport = network.transport();
    this.id = PeerId.ofNode(name);
    this.victim = victim;
    this.identity = Fixture.identity(id, "secret");
    this.signals = new SignalsOfNodes(identity, victim);
    this.membership =
        network.discovery().join(identity.nodeRoom(), identity.credentials(), this::on);
  }

  // --- What tests do ----------------------------------------------------------------------------

  /** Whether it is in a session now. */
  boolean isTalking() {
    return talk != null;
  }

  /** Sends a signal of any bytes, sealed and signed as it should be. */
  void signal(byte[] signal) {
    membership.signal(victim, signals.seal(signal));
  }

  /** Says something in the session that there is. */
  void say(Payload payload) throws ChannelClosedException, InterruptedException {
    say(pack(payload));
  }

  /** Says what {@link #pack} made, or anything else. */
  void say(byte[] packed) throws ChannelClosedException, InterruptedException {
    current().send(packed);
  }

  byte[] pack(Payload payload) {
    return codec.pack(new Message(payload, "", 1_764_000_000_000L));
  }

  /** Sends a part of a record that goes on. */
  void sayMore(byte[] part) throws ChannelClosedException, InterruptedException {
    current().seal(Sessions.MORE, part, 0, part.length);
  }

  /** Ends the session that there is. */
  void hangUp() {
    Talk now = talk;
    if (now != null) {
      now.channel.close(new CloseReason(CloseReason.Kind.LOCAL, "it hangs up"));
    }
  }

  private Talk current() throws ChannelClosedException {
    Talk now = talk;
    if (now == null) {
      throw new ChannelClosedException(
          new CloseReason(CloseReason.Kind.LOCAL, "there is no session now"));
    }
    return now;
  }

  long heard(String type) {
    AtomicLong times = heard.get(type);
    return times == null ? 0 : times.get();
  }

  // --- How it comes to a session ----------------------------------------------------------------

  private synchronized void on(DiscoveryEvent event) {
    if (!closed
        && event instanceof DiscoveryEvent.Signalled signalled
        && signalled.peer().equals(victim)) {
      if (signals.isView(signalled.signal())) {
        views.incrementAndGet();
        return;
      }
      if (signals.isQuestion(signalled.signal())) {
        questions.incrementAndGet(); // and it answers none
        return;
      }
      Link its = link;
      if (its == null) {
        its = transport.link(Peering.of(id, victim), this::on);
        link = its;
      }
      its.signal(signals.open(signalled.signal()));
    }
  }

  private void on(LinkEvent event) {
    if (event instanceof LinkEvent.SignalOut out) {
      membership.signal(victim, signals.seal(out.signal()));
    } else if (event instanceof LinkEvent.Opened opened) {
      Thread thread = new Thread(() -> converse(opened.channel()), "hostile-node");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void converse(Channel channel) {
    try {
      Talk begun = greet(channel);
      talk = begun;
      sessions.incrementAndGet();
      while (!closed) {
        begun.hear();
      }
    } catch (ChannelClosedException | InterruptedException e) {
      return;
    } catch (EnvelopeException | MalformedMessageException | HandshakeException e) {
      throw new AssertionError(e);
    } finally {
      talk = null;
      channel.close(new CloseReason(CloseReason.Kind.LOCAL, "it stops"));
    }
  }

  private Talk greet(Channel channel)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException,
          HandshakeException {
    Ephemeral ours = identity.sessions().begin();
    byte[] statement =
        new Transcript("chroniclesync v2 greeting").add(ours.share()).add(id.value()).bytes();
    Hello.Share share =
        new Hello.Share(
            id, base64(ours.share()), base64(DeviceProof.of(identity, statement)), WINDOW);
    Payload ping = new Payload.Ping(1, new Hello(2, FEED, 0, share));
    byte[] plain = codec.encode(new Message(ping, "", 1_764_000_000_000L));
    channel.send(new Frame.Text(identity.envelopes().seal(plain)));
    while (true) {
      Frame frame = channel.receive(Duration.ofMillis(50));
      if (frame instanceof Frame.Text text
          && codec.decode(identity.envelopes().open(text.text())).payload()
              instanceof Payload.Ping theirs
          && theirs.hello() != null
          && theirs.hello().share() != null) {
        byte[] shared = Base64.getDecoder().decode(theirs.hello().share().text());
        SessionKeys keys = identity.sessions().agree(ours, shared, id, victim, channel.binding());
        Talk begun = new Talk(channel, keys);
        begun.send(pack(new Payload.Ping(2, new Hello(2, FEED))));
        return begun;
      }
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A session. */
  private final class Talk {
    private final Channel channel;
    private final SessionKeys keys;
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();

    Talk(Channel channel, SessionKeys keys) {
      this.channel = channel;
      this.keys = keys;
    }

    synchronized void send(byte[] record) throws ChannelClosedException, InterruptedException {
      int most = channel.maxFrameBytes() - Sessions.OVERHEAD_BYTES;
      for (int from = 0; from < record.length; from += most) {
        int length = Math.min(most, record.length - from);
        seal(from + length < record.length ? Sessions.MORE : 0, record, from, length);
      }
    }

    synchronized void seal(byte header, byte[] record, int from, int length)
        throws ChannelClosedException, InterruptedException {
      channel.send(new Frame.Binary(identity.sessions().seal(keys, header, record, from, length)));
    }

    void hear()
        throws ChannelClosedException,
            InterruptedException,
            EnvelopeException,
            MalformedMessageException {
      Frame frame = channel.receive(Duration.ofMillis(50));
      if (frame instanceof Frame.Binary binary) {
        Sessions.Opened opened = identity.sessions().open(keys, binary.bytes());
        fragments.writeBytes(opened.bytes());
        if (!opened.more()) {
          Payload payload = codec.unpack(fragments.toByteArray()).payload();
          fragments.reset();
          heard.computeIfAbsent(payload.type(), t -> new AtomicLong()).incrementAndGet();
          if (payload instanceof Payload.Ping ping) {
            send(pack(new Payload.Pong(ping.timestamp(), null)));
          }
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    membership.close();
    hangUp();
    synchronized (this) {
      if (link != null) {
        link.close();
      }
    }
  }
}
