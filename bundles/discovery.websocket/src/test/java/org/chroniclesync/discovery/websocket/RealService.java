// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.chroniclesync.discovery.server.DiscoveryServlet;
import org.chroniclesync.discovery.server.Settings;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The discovery service as it is, on loopback and a free port. */
final class RealService implements AutoCloseable {
  private final Server jetty = new Server();
  private final ServerConnector connector = new ServerConnector(jetty);
  private final DiscoveryServlet servlet;

  RealService() throws Exception {
    this(0, Map.of());
  }

  RealService(int port, Map<String, Object> settings) throws Exception {
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    jetty.addConnector(connector);
    servlet = servlet(settings);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(servlet), "/*");
    JettyWebSocketServletContainerInitializer.configure(context, null);
    jetty.setHandler(context);
    jetty.setStopTimeout(0);
    jetty.start();
  }

  /** Made as the component runtime makes it, since its configuration is its bundle's own. */
  private static DiscoveryServlet servlet(Map<String, Object> settings)
      throws ReflectiveOperationException {
    Constructor<?> constructor = Settings.class.getConstructors()[0];
    Class<?> config = constructor.getParameterTypes()[0];
    Object defaults =
        Proxy.newProxyInstance(
            config.getClassLoader(),
            new Class<?>[] {config},
            (proxy, method, arguments) ->
                settings.getOrDefault(method.getName(), method.getDefaultValue()));
    return new DiscoveryServlet((Settings) constructor.newInstance(defaults, settings));
  }

  int port() {
    return connector.getLocalPort();
  }

  String url() {
    return "ws://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public void close() {
    // As in a framework, where the servlet leaves before the server does.
    servlet.destroy();
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the service does not stop", e);
    }
  }
}
