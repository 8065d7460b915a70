// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.net.URI;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The servlet in a Jetty of its own, on loopback and a free port. */
final class TestServer implements AutoCloseable {
  private final Server jetty = new Server();
  private final ServerConnector connector = new ServerConnector(jetty);

  private final Settings settings;
  private final DiscoveryServlet servlet;

  TestServer(Map<String, Object> settings) throws Exception {
    connector.setHost("127.0.0.1");
    connector.setAcceptQueueSize(
        4_096); // or who comes in thousands waits for its SYN to be sent again
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    this.settings = new Settings(TestConfig.of(settings), settings);
    servlet = new DiscoveryServlet(this.settings);
    context.addServlet(new ServletHolder(servlet), "/*");
    JettyWebSocketServletContainerInitializer.configure(context, null);
    jetty.setHandler(context);
    jetty.setStopTimeout(0);
    jetty.start();
    if (this.settings.tlsFiles().isPresent()) {
      // As Felix HTTP does with what it is offered.
      ServerConnector tls = servlet.connector(jetty);
      jetty.addConnector(tls);
      tls.start();
    }
  }

  /** As the component runtime does when somebody changes the configuration. */
  void change(Map<String, Object> changed) {
    settings.change(TestConfig.of(changed), changed);
  }

  int port() {
    return connector.getLocalPort();
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  URI room(String room, String client) {
    return URI.create("ws://127.0.0.1:" + port() + "/?clientId=" + client + "&roomId=" + room);
  }

  @Override
  public void close() {
    // As in a framework, where the servlet leaves before the server does.
    servlet.stop();
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    }
  }
}
