// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Envelopes;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.jspecify.annotations.Nullable;

/** A client of version 1 in a {@link MemoryNetwork}: it sends what it has to whoever is there. */
final class LegacyPeer implements AutoCloseable {
  final PeerId id;
  final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final MemoryTransport transport;
  private final Identity identity;
  private final List<Entry> history;
  private final JacksonMessageCodec codec = new JacksonMessageCodec();
  private final Map<PeerId, Link> links = new ConcurrentHashMap<>();
  private final Membership membership;
  private volatile @Nullable Channel channel;
  private volatile @Nullable Thread reader;

  LegacyPeer(MemoryNetwork network, String name, Identity identity, List<Entry> history) {
    this.transport = network.transport();
    this.id = new PeerId(name);
    this.identity = identity;
    this.history = history;
    this.membership =
        network.discovery().join(identity.account().room(), Credentials.withoutKey(id), this::on);
  }

  /** Is what it would send. */
  static Frame frame(Identity identity, Payload payload) {
    byte[] plain =
        new JacksonMessageCodec()
            .encode(new Message(payload, identity.account().value(), 1_764_000_000_000L));
    return new Frame.Text(identity.envelopes().seal(plain));
  }

  void send(Payload payload) throws ChannelClosedException, InterruptedException {
    Channel open = channel;
    if (open == null) {
      throw new AssertionError("there is no channel yet");
    }
    open.send(frame(identity, payload));
  }

  private void on(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.Signalled signalled) {
      links
          .computeIfAbsent(
              signalled.peer(),
              peer -> transport.link(Peering.of(id, peer), told -> on(peer, told)))
          .signal(signalled.signal());
    }
  }

  private void on(PeerId peer, LinkEvent event) {
    if (event instanceof LinkEvent.SignalOut out) {
      membership.signal(peer, out.signal());
    } else if (event instanceof LinkEvent.Opened opened) {
      channel = opened.channel();
      Thread thread = new Thread(() -> talk(opened.channel()), "legacy-peer");
      thread.setDaemon(true);
      reader = thread;
      thread.start();
    }
  }

  private void talk(Channel open) {
    try {
      send(new Payload.History(history, null, 0));
      while (true) {
        Frame frame = open.receive(Duration.ofMillis(50));
        if (frame instanceof Frame.Text text) {
          hear(text);
        }
      }
    } catch (ChannelClosedException | InterruptedException e) {
      return;
    } catch (EnvelopeException | MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  private void hear(Frame.Text text)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    Envelopes envelopes = identity.envelopes();
    Payload payload = codec.decode(envelopes.open(text.text())).payload();
    if (payload instanceof Payload.Ping ping) {
      send(new Payload.Pong(ping.timestamp(), null));
    } else if (payload instanceof Payload.History got) {
      got.entries().forEach(entry -> entries.put(entry.visitId(), entry));
    }
  }

  @Override
  public void close() {
    membership.close();
    Channel open = channel;
    if (open != null) {
      open.close(new CloseReason(CloseReason.Kind.LOCAL, "it stops"));
    }
    Thread thread = reader;
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
