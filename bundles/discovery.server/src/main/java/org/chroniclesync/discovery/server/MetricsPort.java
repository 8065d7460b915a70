// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
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

  MetricsPort(String host, int port, Supplier<String> metrics) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName("chroniclesync-discovery-metrics");
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, ACCEPTORS, SELECTORS);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setHandler(new Page(metrics));
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

  /** The one page. */
  private static final class Page extends Handler.Abstract.NonBlocking {
    private final Supplier<String> metrics;

    Page(Supplier<String> metrics) {
      this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      boolean known = PATH.equals(Request.getPathInContext(request));
      boolean reads = "GET".equals(request.getMethod());
      response.setStatus(!known ? 404 : reads ? 200 : 405);
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      String text = known && reads ? metrics.get() : "GET /metrics has the numbers.\n";
      response
          .getHeaders()
          .put(
              HttpHeader.CONTENT_TYPE,
              known && reads ? OpenMetrics.CONTENT_TYPE : "text/plain; charset=utf-8");
      response.write(true, ByteBuffer.wrap(text.getBytes(UTF_8)), callback);
      return true;
    }
  }
}
