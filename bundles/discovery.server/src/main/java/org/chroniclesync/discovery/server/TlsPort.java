// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.support.DaemonThreads;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port of the service that speaks TLS. It looks at its files every second: new ones are used
 * for new connections, and those that are open go on with what they began with. Files that are not
 * good change nothing.
 */
final class TlsPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsPort.class);
  private static final int BACKLOG = 1_024;
  private static final long LOOK_MILLIS = 1_000;
  private static final String PASSWORD = "in memory only";
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = -1;

  private final Settings settings;
  private ServerSocketChannel listening;
  private final SslContextFactory.Server tls = new SslContextFactory.Server();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          DaemonThreads.named("chroniclesync-discovery-tls"));
  private @Nullable ServerConnector connector;

  private volatile Used used;
  private volatile @Nullable String trouble;

  /** What the last look saw. A file that is still being written is another one at the next. */
  private String seen = "";

  private String refused = "";

  private record Used(PemFiles files, String print, Instant until) {}

  /**
   * Takes the port, and reads the files.
   *
   * @throws IllegalArgumentException if the files are not good
   * @throws IllegalStateException if the port cannot be had
   */
  TlsPort(Settings settings, PemFiles files) {
    this.settings = settings;
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    tls.setRenegotiationAllowed(false);
    try {
      PemFiles.Contents contents = files.read();
      PemFiles.Pair pair = files.check(contents);
      give(tls, pair);
      used = used(files, contents.print(), pair);
    } catch (PemFiles.Refused e) {
      clock.shutdownNow();
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    } catch (GeneralSecurityException e) {
      clock.shutdownNow();
      throw new IllegalStateException("TLS cannot be used with this Java.", e);
    }
    listening = listen(settings.ports());
  }

  private ServerSocketChannel listen(Settings.Ports ports) {
    String host = ports.tlsHost().strip();
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        InetSocketAddress address =
            host.isEmpty()
                ? new InetSocketAddress(ports.tlsPort())
                : new InetSocketAddress(host, ports.tlsPort());
        return channel.bind(address, BACKLOG);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      clock.shutdownNow();
      throw new IllegalStateException(
          "TLS cannot be served at port %d of %s (%s). Set tlsHost and tlsPort of"
                  .formatted(ports.tlsPort(), host.isEmpty() ? "this computer" : host, e)
              + " org.chroniclesync.discovery.server to others.",
          e);
    }
  }

  /** Makes what serves here what a server serves; somebody else adds and starts it. */
  synchronized ServerConnector connector(Server server) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // By which names it is called is for authorities to say, at both ports alike.
    http.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector made =
        new ServerConnector(
            server,
            ACCEPTORS,
            SELECTORS,
            new SslConnectionFactory(tls, "http/1.1"),
            new HttpConnectionFactory(http));
    try {
      if (!listening.isOpen()) {
        listening = listen(settings.ports());
      }
      made.open(listening);
    } catch (IOException e) {
      throw new IllegalStateException("the port of TLS was closed", e);
    }
    if (connector == null) {
      clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    connector = made;
    LOG.info("TLS is served at port {}, until {}", made.getLocalPort(), used.until());
    return made;
  }

  private void look() {
    // A task that throws would never run again.
    try {
      look(settings.tlsFiles().orElse(used.files()));
    } catch (Exception | Error e) { // as Jetty declares it
      LOG.warn("the certificate could not be looked at", e);
    }
  }

  private void look(PemFiles files) throws Exception {
    PemFiles.Contents contents;
    try {
      contents = files.read();
    } catch (PemFiles.Refused e) {
      refuse(String.valueOf(e.getMessage()), e);
      return;
    }
    String print = contents.print();
    boolean settled = print.equals(seen);
    seen = print;
    if (print.equals(used.print())) {
      trouble = null;
      refused = "";
    } else if (settled && !print.equals(refused)) {
      take(files, contents, print);
    }
  }

  private void take(PemFiles files, PemFiles.Contents contents, String print) throws Exception {
    try {
      PemFiles.Pair pair = files.check(contents);
      tls.reload(factory -> give(factory, pair));
      used = used(files, print, pair);
      trouble = null;
      refused = "";
      LOG.info("a new certificate is used, until {}", used.until());
    } catch (PemFiles.Refused e) {
      refuse(print, e);
    }
  }

  private void refuse(String what, PemFiles.Refused why) {
    trouble = "The files of the certificate changed and are not good; the log says why.";
    if (!what.equals(refused)) {
      refused = what;
      LOG.error(
          "{} The certificate from before is used on, until {}.", why.getMessage(), used.until());
    }
  }

  private static Used used(PemFiles files, String print, PemFiles.Pair pair) {
    return new Used(files, print, pair.chain().get(0).getNotAfter().toInstant());
  }

  private static void give(SslContextFactory factory, PemFiles.Pair pair) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "service", pair.key(), PASSWORD.toCharArray(), pair.chain().toArray(new Certificate[0]));
      factory.setKeyStore(store);
      factory.setKeyStorePassword(PASSWORD);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key store cannot be made in memory", e);
    }
  }

  /** Returns until when the certificate in use is good. */
  Instant until() {
    return used.until();
  }

  /** Returns what is wrong, for anybody to read: no path, name or address. */
  List<String> troubles() {
    String now = trouble;
    if (Instant.now().isAfter(used.until())) {
      return List.of("The certificate is no longer good: clients refuse it. Renew it.");
    }
    return now == null ? List.of() : List.of(now);
  }

  /** Gives the port back. Twice is allowed. */
  @Override
  public synchronized void close() {
    clock.shutdownNow();
    ServerConnector made = connector;
    try {
      if (made != null) {
        made.getServer().removeConnector(made);
        made.stop();
      }
      listening.close();
    } catch (Exception e) { // as Jetty declares it
      LOG.warn("the port of TLS could not be closed", e);
    }
  }
}
