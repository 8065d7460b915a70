// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.chroniclesync.testkits.configuration.FreePort;

/** The discovery service in a framework of its own, on loopback. */
public final class DiscoveryService implements AutoCloseable {
  private static final int OK = 200;

  private static final String LOOPBACK = "127.0.0.1";

  private final Container container;
  private final String host;
  private final int port;

  private DiscoveryService(Container container, String host, int port) {
    this.container = container;
    this.host = host;
    this.port = port;
  }

  /**
   * Starts a service on a free port and waits until it answers.
   *
   * @param cache a folder for its framework
   * @return the service
   * @throws IOException if it cannot be started
   */
  public static DiscoveryService start(Path cache) throws IOException {
    return start(cache, freePort());
  }

  /**
   * Starts a service and waits until it answers.
   *
   * @param cache a folder for its framework
   * @param port where to listen
   * @return the service
   * @throws IOException if it cannot be started
   */
  public static DiscoveryService start(Path cache, int port) throws IOException {
    return start(cache, LOOPBACK, port);
  }

  /**
   * Starts a service that others than this machine reach, and waits until it answers.
   *
   * @param cache a folder for its framework
   * @param host the address at which to listen
   * @param port where to listen
   * @return the service
   * @throws IOException if it cannot be started
   */
  public static DiscoveryService start(Path cache, String host, int port) throws IOException {
    Map<String, String> properties = new HashMap<>();
    for (String line : Files.readAllLines(Container.lists().resolve("discovery/framework.conf"))) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        properties.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    properties.put("org.osgi.service.http.port", Integer.toString(port));
    properties.put("org.apache.felix.http.host", host);
    Map<String, Map<String, Object>> configurations =
        Map.of(
            "org.chroniclesync.discovery.server",
            // Who restarts the service wants its clients back at once.
            Map.of("connectionsPerAddress", 1_000, "returnSeconds", 0));
    Container container = Container.start("discovery", cache, properties, configurations);
    DiscoveryService service = new DiscoveryService(container, host, port);
    try {
      Waiting.until("the discovery service", service::answers, () -> Components.explain(container));
      return service;
    } catch (RuntimeException e) {
      container.close();
      throw e;
    }
  }

  /**
   * Returns where the service is.
   *
   * @return its URL
   */
  public String url() {
    return "ws://" + host + ":" + port + "/";
  }

  /**
   * Returns where the service listens.
   *
   * @return the port
   */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    container.close();
  }

  private boolean answers() {
    try {
      URI health = URI.create("http://" + host + ":" + port + "/health");
      return HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == OK;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Finds a port for something that has to be told one.
   *
   * @return a TCP port of the loopback that nobody has now
   * @throws IOException if there is none
   */
  public static int freePort() throws IOException {
    return FreePort.find();
  }
}
