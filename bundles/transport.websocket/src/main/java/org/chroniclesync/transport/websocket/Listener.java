// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port, open while somebody is awaited. Whoever comes must name an attempt in the very first
 * message of TLS, else there is not even a key exchange, and must then show the certificate that
 * the attempt awaits. On the transport's thread, but for what it says.
 */
final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** So many may be in the handshake at once; one more drives out the one that is longest there. */
  private static final int MAX_HANDSHAKES = 32;

  private static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(5);

  /** Before it is tried again where the system refused a connection, such as for want of files. */
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(200);

  private static final int BACKLOG = 64;

  private final WebSocketTransport transport;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final Map<Socket, Future<?>> shakingHands = new LinkedHashMap<>();
  private @Nullable ServerSocket server;
  private @Nullable SSLContext context;

  /** Who awaits somebody. */
  interface Host {
    /** Tells whether this may be who is awaited. On any thread. */
    boolean welcomes(Fingerprint shown);

    /** Somebody came who may be the one. On the transport's thread. */
    void arrived(TlsConnection connection);
  }

  Listener(WebSocketTransport transport) {
    this.transport = transport;
  }

  /** Opens the port if it is not open. Returns where others can connect, which may be nowhere. */
  List<Candidate> open(String id, Host host) {
    hosts.put(id, host);
    try {
      return candidates(opened());
    } catch (IOException e) {
      LOG.warn(
          "No port can be opened ({}); the peer must have one. Check 'port' and 'bindAddress'.",
          e.getMessage());
      return List.of();
    }
  }

  private ServerSocket opened() throws IOException {
    ServerSocket open = server;
    if (open == null) {
      open = bind();
      server = open;
      accept(open, context());
    }
    return open;
  }

  /** Opens the port for good, so that a router can forward to it. Returns 0 if it cannot. */
  int keepOpen() {
    try {
      return opened().getLocalPort();
    } catch (IOException e) {
      LOG.warn("No port can be opened ({}). Check 'port' and 'bindAddress'.", e.getMessage());
      return 0;
    }
  }

  void close(String id) {
    hosts.remove(id);
    if (hosts.isEmpty() && !transport.settings().mapPort()) {
      shut();
    }
  }

  void shut() {
    ServerSocket open = server;
    server = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("a port was closed badly");
      }
    }
    synchronized (shakingHands) {
      shakingHands.keySet().forEach(TlsConnection::close);
    }
  }

  private ServerSocket bind() throws IOException {
    Settings settings = transport.settings();
    ServerSocket made = new ServerSocket();
    try {
      made.setReuseAddress(true);
      InetAddress address = settings.bindAddress();
      made.bind(
          address == null
              ? new InetSocketAddress(settings.port())
              : new InetSocketAddress(address, settings.port()),
          BACKLOG);
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  private List<Candidate> candidates(ServerSocket open) throws IOException {
    Settings settings = transport.settings();
    List<Candidate> all = new ArrayList<>();
    InetAddress bound = settings.bindAddress();
    if (!settings.advertise().isEmpty()) {
      for (Candidate told : settings.advertise()) {
        int port = told.port() == 0 ? open.getLocalPort() : told.port();
        all.add(new Candidate(told.address(), port));
      }
    } else if (bound != null && !bound.isAnyLocalAddress()) {
      all.add(new Candidate(bound, open.getLocalPort()));
    } else {
      for (InetAddress address : Addresses.ofThisMachine()) {
        all.add(new Candidate(address, open.getLocalPort()));
      }
    }
    Candidate outside = transport.outside();
    if (outside != null && all.size() < Description.MAX_CANDIDATES && !all.contains(outside)) {
      all.add(outside);
    }
    return all;
  }

  // --- Those who come ---------------------------------------------------------------------------

  /** Made once, as the certificate is. */
  private SSLContext context() {
    SSLContext made = context;
    if (made == null) {
      made = transport.credentials().context(this::passes);
      context = made;
    }
    return made;
  }

  private void accept(ServerSocket open, SSLContext tls) {
    transport.run(() -> acceptAll(open, tls), () -> {});
  }

  private void acceptAll(ServerSocket open, SSLContext tls) {
    while (!open.isClosed()) {
      try {
        admit(open.accept(), tls);
      } catch (IOException | RuntimeException | Error e) { // such as for want of threads
        if (!open.isClosed()) {
          LOG.warn("A connection could not be taken.", e);
          transport.thread().schedule(ACCEPT_PAUSE, () -> accept(open, tls));
        }
        return;
      }
    }
  }

  private void admit(Socket raw, SSLContext tls) {
    synchronized (shakingHands) {
      if (shakingHands.size() >= MAX_HANDSHAKES) {
        giveUp(shakingHands.keySet().iterator().next());
      }
      shakingHands.put(raw, transport.thread().schedule(HANDSHAKE_PATIENCE, () -> giveUp(raw)));
    }
    transport.watch(raw);
    transport.run(() -> shakeHands(raw, tls), () -> TlsConnection.close(raw));
  }

  private void giveUp(Socket raw) {
    if (leaves(raw)) {
      TlsConnection.close(raw);
    }
  }

  private boolean leaves(Socket raw) {
    synchronized (shakingHands) {
      Future<?> timer = shakingHands.remove(raw);
      if (timer != null) {
        timer.cancel(false);
      }
      return timer != null;
    }
  }

  private void shakeHands(Socket raw, SSLContext context) {
    try {
      raw.setTcpNoDelay(true);
      SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, null, true);
      tls.setUseClientMode(false);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(TlsConnection.PROTOCOLS);
      parameters.setNeedClientAuth(true);
      parameters.setSNIMatchers(List.of(new KnownName()));
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      Fingerprint shown = Credentials.shownBy(tls.getSession());
      Host host = host(tls.getSession());
      // Once more: in a session that is resumed nobody is asked.
      if (!leaves(raw) || host == null || !host.welcomes(shown)) {
        TlsConnection.close(raw);
        return;
      }
      TlsConnection connection = new TlsConnection(raw, tls, shown, false);
      transport.thread().execute(() -> host.arrived(connection));
    } catch (IOException e) {
      leaves(raw);
      TlsConnection.close(raw);
      LOG.debug("somebody was turned away: {}", e.getMessage());
    }
  }

  private boolean passes(Fingerprint shown, Socket socket) {
    Host host = host(((SSLSocket) socket).getHandshakeSession());
    return host != null && host.welcomes(shown);
  }

  private @Nullable Host host(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        return host(name);
      }
    }
    return null;
  }

  private @Nullable Host host(SNIServerName name) {
    String text = new String(name.getEncoded(), StandardCharsets.US_ASCII);
    return text.endsWith(TlsConnection.NAME_SUFFIX)
        ? hosts.get(text.substring(0, text.length() - TlsConnection.NAME_SUFFIX.length()))
        : null;
  }

  private final class KnownName extends SNIMatcher {
    KnownName() {
      super(StandardConstants.SNI_HOST_NAME);
    }

    @Override
    public boolean matches(SNIServerName name) {
      return host(name) != null;
    }
  }
}
