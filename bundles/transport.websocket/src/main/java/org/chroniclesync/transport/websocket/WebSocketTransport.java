// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.support.SerialExecutor;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.api.transport.TransportProvider;
import org.chroniclesync.api.transport.support.ConnectionAttempt;
import org.chroniclesync.api.transport.support.Negotiator;
import org.chroniclesync.api.transport.support.Technology;
import org.chroniclesync.support.network.AddressWatch;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport: one thread on which it decides, one for those who listen, and those that wait for
 * sockets: one for each address that is tried and each connection that comes in, two for each open
 * channel, one for the port while it is open.
 */
@TransportProvider(name = "websocket")
@Component(
    service = {Transport.class, PartReporter.class},
    configurationPid = "org.chroniclesync.transport.websocket",
    property = {
      Transport.NAME_PROPERTY + "=websocket",
      // After WebRTC, which comes through more networks.
      "service.ranking:Integer=50"
    })
@Designate(ocd = Config.class)
public final class WebSocketTransport implements Transport, PartReporter {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketTransport.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
  private static final String THREADS = "chroniclesync-wss";

  private final Settings settings;
  private final Object making = new Object();
  private final Negotiator negotiator;
  private final AddressWatch addresses;
  private final AtomicInteger threads = new AtomicInteger();
  private final ExecutorService sockets = Executors.newCachedThreadPool(this::thread);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Listener listener;

  /** Made when somebody is first to be met: most nodes never meet anybody this way. */
  private @Nullable Credentials credentials;

  private volatile @Nullable PortMapping mapping;
  private volatile Runnable changed = () -> {};

  // On the negotiator's thread only.
  private final Set<Attempt> attempts = new HashSet<>();
  private final Set<WebSocketChannel> channels = new HashSet<>();

  /**
   * Starts the transport. No port is open before somebody is awaited.
   *
   * @param config its configuration
   */
  @Activate
  public WebSocketTransport(Config config) {
    this.settings = Settings.of(config);
    this.listener = new Listener(this);
    this.negotiator =
        new Negotiator(
            THREADS,
            settings.connectTimeout(),
            new WebSockets(),
            thrown -> LOG.error("A task or a listener of the WebSocket transport failed.", thrown));
    this.addresses =
        new AddressWatch(negotiator.thread(), () -> !channels.isEmpty(), this::addressesLost);
    if (settings.mapPort()) {
      negotiator.thread().execute(this::map);
    }
  }

  private void map() {
    int port = listener.keepOpen();
    if (port != 0) {
      mapping = new PortMapping(port, () -> changed.run());
    }
  }

  /** Where the router forwards from, if it does. */
  @Nullable Candidate outside() {
    PortMapping now = mapping;
    return now == null ? null : now.outside();
  }

  @Override
  public List<Part> parts() {
    PortMapping now = mapping;
    return now == null ? List.of() : List.of(now.part());
  }

  @Override
  public void watch(Runnable told) {
    changed = told;
  }

  private Thread thread(Runnable task) {
    return DaemonThreads.make(THREADS + "-socket-" + threads.incrementAndGet(), task);
  }

  @Override
  public boolean accepts(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return Description.isOne(offer.sdp());
    }
    return signal instanceof Signal.Answer answer && Description.isOne(answer.sdp());
  }

  @Override
  public Link link(Peering peering, Consumer<LinkEvent> told) {
    return negotiator.link(peering, told);
  }

  private final class WebSockets implements Technology {
    @Override
    public ConnectionAttempt attempt(Peering peering, ConnectionAttempt.Owner owner) {
      Attempt attempt = new Attempt(WebSocketTransport.this, peering.proven(), owner);
      attempts.add(attempt);
      return attempt;
    }

    @Override
    public @Nullable String nameOf(String sdp) {
      Description description = Description.parse(sdp);
      return description == null ? null : description.id();
    }

    @Override
    public String unreachable(Duration patience) {
      return "no connection came about within "
          + patience.toSeconds()
          + " s; neither device reached the other at its addresses. Is the peer still there? If a"
          + " firewall or router stands between, open a TCP port and name it in 'port' and"
          + " 'advertise'";
    }
  }

  void forget(Attempt attempt) {
    attempts.remove(attempt);
  }

  void opened(WebSocketChannel channel) {
    channels.add(channel);
    addresses.start();
    channel.beat();
  }

  private void addressesLost(Set<InetAddress> gone) {
    List.copyOf(channels).forEach(channel -> channel.addressesLost(gone));
  }

  void forget(WebSocketChannel channel) {
    channels.remove(channel);
  }

  Settings settings() {
    return settings;
  }

  /** Returns the same each time. For any thread. */
  Credentials credentials() {
    synchronized (making) {
      Credentials made = credentials;
      if (made == null) {
        made = new Credentials();
        credentials = made;
      }
      return made;
    }
  }

  Listener listener() {
    return listener;
  }

  /** The thread on which the transport decides. */
  SerialExecutor thread() {
    return negotiator.thread();
  }

  /** Runs what waits for a socket, or what is to be done instead once the transport has stopped. */
  void run(Runnable task, Runnable instead) {
    try {
      sockets.execute(task);
    } catch (RejectedExecutionException e) {
      instead.run();
    }
  }

  /** Has a socket closed with the transport, whoever has it then. */
  void watch(Socket socket) {
    open.removeIf(Socket::isClosed);
    open.add(socket);
  }

  @Deactivate
  void deactivate() throws InterruptedException {
    boolean ended = negotiator.close(this::closeAll, CLOSE_PATIENCE);
    PortMapping mapped = mapping;
    if (mapped != null) {
      mapped.close();
    }
    sockets.shutdown();
    if (!sockets.awaitTermination(
        WebSocketChannel.LEAVE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      open.forEach(TlsConnection::close);
      sockets.shutdownNow();
      ended &= sockets.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
    open.forEach(TlsConnection::close);
    if (!ended) {
      LOG.warn("The WebSocket transport did not end within {}.", CLOSE_PATIENCE);
    }
  }

  private void closeAll() {
    List.copyOf(attempts).forEach(Attempt::abandon);
    CloseReason reason = new CloseReason(CloseReason.Kind.LOCAL, "the WebSocket transport stops");
    List.copyOf(channels).forEach(channel -> channel.close(reason));
    listener.shut();
  }
}
