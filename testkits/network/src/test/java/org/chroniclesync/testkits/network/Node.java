// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;

/** The least of a node: it remembers the peers it sees and answers their offers. */
final class Node {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final PeerId id;
  final MemoryTransport transport;
  final Membership membership;
  final List<PeerId> seen = new CopyOnWriteArrayList<>();
  final List<DiscoveryEvent> heard = new CopyOnWriteArrayList<>();
  final List<Channel> channels = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  private final Map<PeerId, Link> links = new ConcurrentHashMap<>();

  Node(MemoryNetwork network, String name) {
    this(name, network.discovery(), network.transport());
  }

  Node(String name, MemoryDiscovery discovery, MemoryTransport transport) {
    this.id = PeerId.ofNode(name);
    this.transport = transport;
    this.membership = discovery.join(new RoomId("room"), Credentials.withoutKey(id), this::on);
  }

  Link link(PeerId peer) {
    return links.computeIfAbsent(
        peer, to -> transport.link(Peering.of(id, to), event -> on(to, event)));
  }

  /** Offers, and waits for the channel. */
  Channel connect(Node other) {
    int before = channels.size();
    int there = other.channels.size();
    link(other.id).offer();
    await().atMost(PATIENCE).until(() -> channels.size() > before && other.channels.size() > there);
    return newest();
  }

  Channel newest() {
    return channels.get(channels.size() - 1);
  }

  private void on(DiscoveryEvent event) {
    heard.add(event);
    if (event instanceof DiscoveryEvent.PeerSeen of) {
      seen.add(of.peer());
    } else if (event instanceof DiscoveryEvent.PeerGone of) {
      seen.remove(of.peer());
    } else if (event instanceof DiscoveryEvent.Signalled of) {
      link(of.peer()).signal(of.signal());
    }
  }

  private void on(PeerId peer, LinkEvent event) {
    if (event instanceof LinkEvent.SignalOut out) {
      membership.signal(peer, out.signal());
    } else if (event instanceof LinkEvent.Opened opened) {
      channels.add(opened.channel());
    } else if (event instanceof LinkEvent.Failed failed) {
      failures.add(failed.why());
    }
  }

  void close() {
    membership.close();
    links.values().forEach(Link::close);
    channels.forEach(Channel::close);
  }
}
