// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.support.metrics.Metrics;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeResponse;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServlet;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The discovery service on the HTTP whiteboard: any path is a WebSocket, and {@code /health}
 * counts. Public only because the component runtime makes it.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/*")
@HttpWhiteboardServletAsyncSupported
@Requirement(
    namespace = "osgi.implementation",
    name = "osgi.cm",
    version = "1.6",
    effective = "active")
// Without a backend nobody reads what goes wrong.
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.osgi.service.log.LogService)",
    effective = "active")
public final class DiscoveryServlet extends JettyWebSocketServlet {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryServlet.class);
  private static final String ADMISSION = DiscoveryServlet.class.getName() + ".admission";
  private static final String HEALTH_PATH = "/health";

  private final Limits limits;
  private final Settings settings;
  private final Rooms rooms;
  private final Descriptors descriptors = new Descriptors();
  private final AcceptedSockets accepted;
  private final Sockets sockets;
  private final Counts counts = new Counts();
  private final Instant startedAt = Instant.now();
  private final @Nullable MetricsPort metrics;
  private final @Nullable TlsPort tls;
  private final AtomicReference<@Nullable ServiceRegistration<?>> offered = new AtomicReference<>();
  private final long startedNanos = System.nanoTime();

  @Activate
  public DiscoveryServlet(@Reference Settings settings) {
    this.settings = settings;
    limits = settings.limits();
    // First, since it may refuse to be made, and would leave the others behind.
    tls = settings.tlsFiles().map(files -> new TlsPort(settings, files)).orElse(null);
    rooms = new Rooms(limits, counts);
    accepted = new AcceptedSockets(settings, descriptors, counts);
    sockets = new Sockets(limits, accepted);
    Settings.Ports ports = settings.ports();
    metrics =
        ports.metricsPort() == 0
            ? null
            : new MetricsPort(ports.metricsHost(), ports.metricsPort(), this::metrics);
    LOG.info("the discovery service is up: {}", limits);
  }

  /** Felix HTTP initializes a servlet with WebSockets with its first request, which is too late. */
  @Activate
  void offer(BundleContext context) {
    if (tls != null) {
      offered.set(context.registerService(ConnectorFactory.class, this::connector, null));
    }
  }

  /** Returns what speaks TLS. */
  ServerConnector connector(Server server) {
    ServerConnector made = Objects.requireNonNull(tls).connector(server);
    accepted.follow(made);
    return made;
  }

  @Deactivate
  void stop() {
    ServiceRegistration<?> registration = offered.getAndSet(null);
    if (registration != null) {
      registration.unregister();
    }
    rooms.close();
    sockets.stop();
    accepted.stop();
    if (metrics != null) {
      metrics.close();
    }
    if (tls != null) {
      tls.close();
    }
  }

  @Override
  public void init() throws ServletException {
    super.init();
    accepted.follow(
        ServletContextHandler.getServletContextHandler(getServletContext()).getServer());
  }

  /** The whiteboard takes the servlet away before the component is deactivated. */
  @Override
  public void destroy() {
    stop();
    super.destroy();
  }

  @Override
  protected void configure(JettyWebSocketServletFactory factory) {
    factory.setMaxFrameSize(limits.frameBytes());
    factory.setMaxTextMessageSize(limits.frameBytes());
    factory.setMaxBinaryMessageSize(limits.frameBytes());
    factory.setCreator(this::socket);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      super.service(request, response);
      return;
    }
    Optional<Refusal> refusal = admit(request);
    if (refusal.isPresent()) {
      refuse(refusal.get(), request, response);
    } else {
      super.service(request, response);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (HEALTH_PATH.equals(request.getPathInfo())) {
      health(response);
    } else {
      refuse(Refusal.NO_UPGRADE, request, response);
    }
  }

  private Optional<Refusal> admit(HttpServletRequest request) {
    String client = request.getParameter("clientId");
    String room = Optional.ofNullable(request.getParameter("roomId")).orElse(room(request));
    Set<String> authorities = settings.authorities();
    if (!authorities.isEmpty() && !authorities.contains(authority(request))) {
      return Optional.of(Refusal.OTHER_AUTHORITY);
    }
    if (client == null || client.isEmpty()) {
      return Optional.of(Refusal.NO_CLIENT);
    }
    if (room == null || room.isEmpty()) {
      return Optional.of(Refusal.NO_ROOM);
    }
    try {
      return admit(request, new RoomId(room), new PeerId(client));
    } catch (IllegalArgumentException e) {
      return Optional.of(Refusal.invalid(String.valueOf(e.getMessage())));
    }
  }

  private Optional<Refusal> admit(HttpServletRequest request, RoomId room, PeerId peer) {
    boolean proven = Challenge.isNeeded(room, peer);
    if (proven && (!peer.isNode() || request.getParameter("proof") == null)) {
      return Optional.of(Refusal.NO_PROOF);
    }
    if (!descriptors.sufficeForMembers()) {
      return Optional.of(Refusal.SERVICE_FULL);
    }
    Admission admission =
        new Admission(
            room,
            peer,
            origin(request),
            proven ? new Challenge(authority(request), room, peer) : null,
            accepted.of(endPoint(request)));
    request.setAttribute(ADMISSION, admission);
    return rooms.refusal(room, peer, admission.origin(), proven);
  }

  /** This service, as the client dialled it. */
  private static String authority(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader("Host")).orElse("").toLowerCase(Locale.ROOT);
  }

  private static EndPoint endPoint(HttpServletRequest request) {
    return ServletContextRequest.getServletContextRequest(request)
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint();
  }

  private static @Nullable String room(HttpServletRequest request) {
    return request.getParameter("room");
  }

  private Origin origin(HttpServletRequest request) {
    return Origin.of(
        request.getRemoteAddr(),
        Collections.list(request.getHeaders("X-Forwarded-For")),
        settings.proxies());
  }

  private @Nullable Object socket(
      JettyServerUpgradeRequest request, JettyServerUpgradeResponse response) {
    // Compression would cost each connection its own buffers and buys nothing for so few bytes.
    response.setExtensions(List.of());
    if (request.getHttpServletRequest().getAttribute(ADMISSION) instanceof Admission admission) {
      return new Socket(admission, rooms, limits, sockets, counts);
    }
    return null;
  }

  private void health(HttpServletResponse response) throws IOException {
    long uptimeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    response.setHeader("Cache-Control", "no-store");
    write(response, "application/json", Reply.health(rooms.count(), uptimeMillis, troubles()));
  }

  private List<String> troubles() {
    return Stream.concat(
            settings.troubles().stream(), tls == null ? Stream.of() : tls.troubles().stream())
        .toList();
  }

  /** Tells no room, name or address apart. */
  private Metrics metrics() {
    Rooms.Count there = rooms.count();
    Metrics all = new Metrics("chroniclesync_discovery_");
    all.gauge("start_time_seconds", "When the service was started.")
        .add(startedAt.getEpochSecond());
    all.gauge("connections", "Open WebSockets.").add(sockets.count());
    all.gauge("handshakes", "Connections that have not joined yet.").add(accepted.handshakes());
    all.gauge("rooms", "Rooms with somebody in them.").add(there.rooms());
    all.gauge("peers", "Peers in all rooms.").add(there.peers());
    all.gauge("queued_bytes", "Bytes that wait for clients to read them.")
        .add(sockets.waitingBytes());
    all.gauge("limit", "The configured limits.").addAll("limit", limits.counted());
    all.counter("joins", "Connections that joined a room.").add(counts.joins());
    all.counter("signals", "Signals received.").add(counts.signals());
    all.counter("refusals", "Clients not let in.").addAll("reason", counts.refusals());
    all.counter("closes", "Connections that the service ended.").addAll("code", counts.closes());
    all.counter("cut_handshakes", "Connections cut before joining.")
        .addAll("reason", counts.cutHandshakes());
    all.gauge("troubles", "What is wrong; /health says it in words.").add(troubles().size());
    if (tls != null) {
      all.gauge("tls_certificate_end_time_seconds", "Until when the certificate is good.")
          .add(tls.until().getEpochSecond());
    }
    return all;
  }

  private void refuse(Refusal refusal, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    counts.refused(refusal);
    if (settings.logAddresses()) {
      LOG.info("refused {}: {} {}", origin(request), refusal.status(), refusal.sentence());
    } else {
      LOG.debug("refused: {} {}", refusal.status(), refusal.sentence());
    }
    response.setStatus(refusal.status());
    if (refusal.temporary()) {
      response.setIntHeader("Retry-After", limits.retryAfterSeconds());
    }
    if (refusal.equals(Refusal.NO_UPGRADE)) {
      response.setHeader("Upgrade", "websocket");
    }
    write(response, "text/plain", refusal.sentence() + "\n");
  }

  private static void write(HttpServletResponse response, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    response.setContentType(type);
    response.setCharacterEncoding("UTF-8");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
