// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.chroniclesync.api.sync.Node;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the numbers of the node as long as there is one. */
@Component(
    service = {},
    configurationPid = "org.chroniclesync.metrics.prometheus",
    immediate = true)
@Designate(ocd = Config.class)
public final class MetricsEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);

  /** How long one client may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Server server;

  /**
   * Opens the port.
   *
   * @param config where
   * @param node whose numbers
   */
  @Activate
  public MetricsEndpoint(Config config, @Reference Node node) {
    Settings settings = Settings.of(config);
    Responder responder = new Responder(node::status, settings.authorities());
    InetSocketAddress address = new InetSocketAddress(settings.address(), settings.port());
    try {
      server = new Server(address, responder, PATIENCE).start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "The metrics cannot be served at port %d of %s (%s). Set host and port of"
                  .formatted(settings.port(), settings.address().getHostAddress(), e.getMessage())
              + " org.chroniclesync.metrics.prometheus to others.",
          e);
    }
    LOG.info("the metrics are served at port {}", settings.port());
  }

  @Deactivate
  void deactivate() {
    server.close();
  }
}
