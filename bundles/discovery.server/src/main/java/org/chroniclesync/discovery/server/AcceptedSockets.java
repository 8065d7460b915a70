// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP connections of the listener, from the moment they are accepted. Until it has joined a
 * room a connection is a <em>handshake</em>, whatever it sends: there is one deadline for all of
 * it, and where there are too many the oldest has to go. An honest client is done within a few
 * round trips, so it is seldom the oldest, however slowly others speak.
 *
 * <p>Safe for any thread; nothing is closed under the lock.
 */
final class AcceptedSockets implements SelectorManager.AcceptListener, Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptedSockets.class);

  private final Limits limits;
  private final Counts counts;
  private final Settings settings;
  private final Descriptors descriptors;
  private final CopyOnWriteArrayList<ServerConnector> connectors = new CopyOnWriteArrayList<>();
  private final Map<SelectableChannel, Accepted> open = new HashMap<>();
  private final Set<Accepted> handshakes = new LinkedHashSet<>();
  private final Map<Origin, Set<Accepted>> byOrigin = new HashMap<>();

  /** A connection. */
  final class Accepted {
    private final SelectableChannel channel;
    private final Origin origin;
    private final long sinceNanos = System.nanoTime();
    private volatile @Nullable EndPoint endPoint;

    private Accepted(SelectableChannel channel, Origin origin) {
      this.channel = channel;
      this.origin = origin;
    }

    long sinceNanos() {
      return sinceNanos;
    }

    /** It has joined a room, or is told why it cannot: somebody else looks after it from now on. */
    void handedOver() {
      synchronized (AcceptedSockets.this) {
        handshakes.remove(this);
      }
    }

    /** By its end point, which would not notice that its channel is closed. */
    private void close() {
      EndPoint made = endPoint;
      if (made != null) {
        made.close();
        return;
      }
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("a connection could not be closed", e);
      }
    }
  }

  AcceptedSockets(Settings settings, Descriptors descriptors, Counts counts) {
    this.settings = settings;
    this.limits = settings.limits();
    this.counts = counts;
    this.descriptors = descriptors;
  }

  /** Follows what a server accepts from now on. */
  void follow(Server server) {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof ServerConnector found) {
        follow(found);
      }
    }
  }

  /** Follows what one of them accepts; twice is once. */
  void follow(ServerConnector connector) {
    if (connectors.addIfAbsent(connector)) {
      connector.getSelectorManager().addEventListener(this);
      connector.addEventListener(this);
    }
  }

  void stop() {
    connectors.forEach(
        connector -> {
          connector.getSelectorManager().removeEventListener(this);
          connector.removeEventListener(this);
        });
    connectors.clear();
  }

  /** Returns the connection of an end point, or one that nobody follows. */
  Accepted of(EndPoint endPoint) {
    // That of TLS lies upon another.
    SelectableChannel channel =
        (SelectableChannel)
            (endPoint instanceof EndPoint.Wrapper outer ? outer.unwrap() : endPoint).getTransport();
    synchronized (this) {
      Accepted known = open.get(channel);
      return known == null ? new Accepted(channel, Origin.of(address(channel))) : known;
    }
  }

  @Override
  public void onAccepting(SelectableChannel channel) {
    descriptors.accepted();
    List<Accepted> surplus = new ArrayList<>();
    synchronized (this) {
      InetAddress from = address(channel);
      Accepted accepted = new Accepted(channel, Origin.of(from));
      open.put(channel, accepted);
      handshakes.add(accepted);
      Set<Accepted> same =
          byOrigin.computeIfAbsent(accepted.origin, origin -> new LinkedHashSet<>());
      same.add(accepted);
      // Of a proxy all have the same address. One more, which is told why it cannot join.
      boolean byAddress = from == null || !settings.proxies().contains(from);
      if (byAddress && same.size() > limits.connectionsPerAddress() + 1) {
        take(same, "address_full", surplus);
      }
      if (handshakes.size() > limits.handshakes() || !descriptors.sufficeForHandshakes()) {
        take(handshakes, "too_many", surplus);
      }
    }
    surplus.forEach(Accepted::close);
  }

  /** Takes the oldest handshake of some. */
  private void take(Set<Accepted> from, String reason, List<Accepted> surplus) {
    from.stream()
        .filter(handshakes::contains)
        .findFirst()
        .ifPresent(
            oldest -> {
              forget(oldest);
              counts.cutHandshake(reason);
              surplus.add(oldest);
            });
  }

  private void forget(Accepted gone) {
    open.remove(gone.channel);
    handshakes.remove(gone);
    byOrigin.computeIfPresent(
        gone.origin,
        (origin, same) -> {
          same.remove(gone);
          return same.isEmpty() ? null : same;
        });
  }

  @Override
  public void onOpened(Connection connection) {
    EndPoint endPoint = connection.getEndPoint();
    if (endPoint.getTransport() instanceof SelectableChannel channel) {
      synchronized (this) {
        Accepted known = open.get(channel);
        // With TLS there are two, and closing the outer one closes both.
        if (known != null && known.endPoint == null) {
          known.endPoint = endPoint;
        }
      }
    }
  }

  @Override
  public synchronized void onClosed(SelectableChannel channel) {
    Accepted gone = open.get(channel);
    if (gone != null) {
      forget(gone);
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    onClosed(channel);
  }

  /** Ends the handshakes that took too long. */
  void watch(long nowNanos) {
    descriptors.count();
    List<Accepted> late = new ArrayList<>();
    synchronized (this) {
      List.copyOf(open.values()).stream()
          .filter(accepted -> !accepted.channel.isOpen())
          .forEach(this::forget);
      // Oldest first.
      for (Accepted handshake : handshakes) {
        if (nowNanos - handshake.sinceNanos <= limits.handshake().toNanos()) {
          break;
        }
        late.add(handshake);
        counts.cutHandshake("late");
      }
      late.forEach(this::forget);
    }
    late.forEach(Accepted::close);
  }

  synchronized int handshakes() {
    return handshakes.size();
  }

  private static @Nullable InetAddress address(SelectableChannel channel) {
    try {
      SocketAddress remote =
          channel instanceof SocketChannel socket ? socket.getRemoteAddress() : null;
      return remote instanceof InetSocketAddress known ? known.getAddress() : null;
    } catch (IOException e) {
      return null; // closed already
    }
  }
}
