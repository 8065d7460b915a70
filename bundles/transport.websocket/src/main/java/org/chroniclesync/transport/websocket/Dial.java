// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The effort to reach a peer at one of its addresses. */
final class Dial implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Dial.class);

  private final Socket raw;
  private final WebSocketTransport transport;
  private final Description peer;
  private final Candidate candidate;
  private final Consumer<TlsConnection> reached;
  private final Consumer<String> missed;

  /**
   * Makes the effort known; what is reached, or why nothing is, is told on the transport's thread.
   *
   * @throws IOException if the system has no socket left
   */
  Dial(
      WebSocketTransport transport,
      Description peer,
      Candidate candidate,
      Consumer<TlsConnection> reached,
      Consumer<String> missed)
      throws IOException {
    this.raw = new Socket();
    // The first option opens the descriptor. Left to connect(), one that is opened while another
    // thread closes the socket stays open (JDK-8278326).
    raw.setTcpNoDelay(true);
    this.transport = transport;
    this.peer = peer;
    this.candidate = candidate;
    this.reached = reached;
    this.missed = missed;
  }

  /** Blocks until it is clear. */
  void run() {
    transport.watch(raw);
    try {
      raw.connect(
          new InetSocketAddress(candidate.address(), candidate.port()),
          (int) transport.settings().connectTimeout().toMillis());
      SSLSocket tls = tls();
      tls.startHandshake();
      Fingerprint shown = Credentials.shownBy(tls.getSession());
      if (!shown.equals(peer.fingerprint())) {
        throw new IOException("another certificate");
      }
      TlsConnection connection = new TlsConnection(raw, tls, shown, true);
      transport.thread().execute(() -> reached.accept(connection));
    } catch (IOException e) {
      close();
      String why = String.valueOf(e.getMessage());
      transport.thread().execute(() -> missed.accept(why));
      // Without the address: it is the peer's.
      LOG.debug("the peer was not reached at one of its addresses: {}", e.getMessage());
    }
  }

  private SSLSocket tls() throws IOException {
    // A context of its own: sessions of other connections must not be resumed.
    SSLContext context =
        transport.credentials().context((shown, socket) -> shown.equals(peer.fingerprint()));
    String name = peer.id() + TlsConnection.NAME_SUFFIX;
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(raw, name, candidate.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(TlsConnection.PROTOCOLS);
    parameters.setServerNames(List.of(new SNIHostName(name)));
    tls.setSSLParameters(parameters);
    return tls;
  }

  Socket raw() {
    return raw;
  }

  @Override
  public void close() {
    TlsConnection.close(raw);
  }
}
