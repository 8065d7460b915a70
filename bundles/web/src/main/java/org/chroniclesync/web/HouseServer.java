// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The server by TLS, apart from the HTTP service of the framework: that one belongs to whoever runs
 * the framework, and nothing that comes in here takes its threads. What is not TLS is closed.
 */
final class HouseServer implements AutoCloseable {
  private static final int MAX_THREADS = 24;
  private static final int MIN_THREADS = 4;
  private static final int MAX_HEAD_BYTES = 8_192;
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Server jetty;
  private final ServerConnector connector;

  /**
   * Opens the port on all networks of this computer.
   *
   * @throws IOException if that fails
   */
  HouseServer(int port, SSLContext tls, Servlet servlet, House house) throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("chroniclesync-page-house");
    threads.setDaemon(true);
    jetty = new Server(threads);
    connector = new ServerConnector(jetty, 1, 1, tls(tls), http());
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    Visitors visitors = new Visitors(house);
    connector.getSelectorManager().addEventListener(visitors);
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    ServletHolder holder = new ServletHolder(servlet);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/*");
    jetty.setHandler(context);
    jetty.setStopTimeout(0);
    try {
      jetty.start();
    } catch (Exception e) { // so Jetty declares it
      close();
      throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
  }

  private static SslConnectionFactory tls(SSLContext context) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(context);
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setRenegotiationAllowed(false);
    return new SslConnectionFactory(factory, HttpVersion.HTTP_1_1.asString());
  }

  private static HttpConnectionFactory http() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(MAX_HEAD_BYTES);
    configuration.setIdleTimeout(IDLE.toMillis());
    // No Strict-Transport-Security: browsers would let nobody in by a certificate of our own then.
    // And names are checked by the gate, which knows more of them than the certificate.
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    return new HttpConnectionFactory(configuration);
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (Exception e) { // so Jetty declares it
      throw new IllegalStateException("the page in the house does not stop", e);
    }
  }
}
