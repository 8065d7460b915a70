// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;
import org.chroniclesync.support.metrics.Metrics;
import org.chroniclesync.support.metrics.Metrics.Form;
import org.chroniclesync.support.network.HostHeader;
import org.chroniclesync.support.network.IpLiteral;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics} at a port of its own, so that strangers who reach the service do not reach the
 * numbers. Where it cannot listen it says so, and the service runs without.
 */
final class MetricsPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);
  private static final String PATH = "/metrics";
  private static final int MAX_THREADS = 6;
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 1;
  private static final long IDLE_MILLIS = 5_000;

  private final Server server;
  private final ServerConnector connector;

  MetricsPort(String host, int port, Supplier<Metrics> metrics) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName("chroniclesync-discovery-metrics");
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, ACCEPTORS, SELECTORS);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    InetAddress address = IpLiteral.parse(host);
    server.setHandler(new Page(metrics, address == null || address.isLoopbackAddress()));
    server.setStopTimeout(0);
    start(host, port);
  }

  /** The port that it listens at, or -1 if it could not. */
  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // as Jetty declares it
      LOG.warn("the port of the metrics could not be closed", e);
    }
  }

  private void start(String host, int port) {
    try {
      server.start();
      LOG.info("the metrics are served at port {}", port());
    } catch (Exception e) { // as Jetty declares it
      LOG.error(
          "The metrics cannot be served at port {} of {} ({}); the service runs without. Set"
              + " metricsHost and metricsPort of org.chroniclesync.discovery.server to others.",
          port,
          host,
          String.valueOf(e.getMessage()));
      close();
    }
  }

  /**
   * The one page. At a loopback address a Host header that is a name is refused: a page of the web
   * could let a name of its own lead there, and read the numbers in a browser of this computer.
   */
  private static final class Page extends Handler.Abstract.NonBlocking {
    private final Supplier<Metrics> metrics;
    private final boolean loopback;

    Page(Supplier<Metrics> metrics, boolean loopback) {
      this.metrics = metrics;
      this.loopback = loopback;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      int status = status(request);
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      Form form = Form.accepted(request.getHeaders().get(HttpHeader.ACCEPT));
      response
          .getHeaders()
          .put(
              HttpHeader.CONTENT_TYPE,
              status == 200 ? form.contentType() : "text/plain; charset=utf-8");
      String text = status == 200 ? metrics.get().in(form) : "GET /metrics has the numbers.\n";
      response.write(true, ByteBuffer.wrap(text.getBytes(UTF_8)), callback);
      return true;
    }

    private int status(Request request) {
      if (loopback && !HostHeader.isAddress(host(request))) {
        return 421;
      }
      if (!PATH.equals(Request.getPathInContext(request))) {
        return 404;
      }
      return "GET".equals(request.getMethod()) ? 200 : 405;
    }

    private static String host(Request request) {
      return Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.HOST), "");
    }
  }
}
