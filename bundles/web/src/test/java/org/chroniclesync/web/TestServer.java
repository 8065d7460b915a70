// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.chroniclesync.api.support.DaemonThreads;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The page of a node in a Jetty of its own, on loopback and a free port. */
final class TestServer implements AutoCloseable {
  final TestNode node = new TestNode();
  final Parts parts = new Parts();
  final Services services = new Services(parts);
  final Sessions sessions;
  final Routes routes;
  final Works works = new Works(task -> DaemonThreads.make("test-work", task));
  final EventStreams streams;
  private final Tallies tallies;
  private final Preparing preparing;
  private final Server jetty = new Server();
  private final ServerConnector connector = new ServerConnector(jetty);
  private final HttpClient client = HttpClient.newHttpClient();
  private final String cookie;
  private final String key;
  final Share share;

  TestServer() throws Exception {
    this(Clock.systemUTC(), 10);
  }

  TestServer(Clock clock, int mostStreams) throws Exception {
    this(
        clock,
        mostStreams,
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "page-share"));
  }

  /** One that keeps in a folder how the page is shared. */
  TestServer(Clock clock, int mostStreams, Path folder) throws Exception {
    sessions =
        new Sessions(clock, Duration.ofMinutes(10), Duration.ofDays(30), new SessionFile(null));
    parts.bindNode(node);
    parts.bindHistory(node);
    streams =
        new EventStreams(
            services, works, mostStreams, task -> DaemonThreads.make("test-events", task));
    tallies = new Tallies(services.longReads(), task -> DaemonThreads.make("test-counts", task));
    InsightGroup insights = new InsightGroup(services, tallies);
    preparing = new Preparing(insights, task -> DaemonThreads.make("test-ahead", task));
    Routes.Group[] forAll = PageComponent.forAll(services, works, streams, insights);
    StaticFiles files = new StaticFiles();
    share =
        new Share(
            folder,
            Set.of("history.test:80"),
            Duration.ofDays(30),
            clock,
            task -> DaemonThreads.make("test-share", task),
            (place, sharing) ->
                new PageServlet(
                    new Gate(place, clock),
                    null,
                    new Routes()
                        .with(forAll)
                        .without(
                            Problem::onlyThere, PageComponent.onlyHere(services, works, sharing)),
                    files,
                    preparing));
    routes = new Routes().with(forAll).with(PageComponent.onlyHere(services, works, share));
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    ServletHolder holder =
        new ServletHolder(
            new PageServlet(
                new Gate(new Computer(Set.of("history.test:80"), sessions, share::endAll), clock),
                sessions,
                routes,
                files,
                preparing));
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/*");
    jetty.setHandler(context);
    jetty.setStopTimeout(0);
    jetty.start();
    HttpResponse<String> opened = send(request("/open?once=" + sessions.link().secret()));
    cookie = opened.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    key = opened.headers().firstValue("X-ChronicleSync").orElseThrow();
  }

  int port() {
    return connector.getLocalPort();
  }

  String cookie() {
    return cookie;
  }

  String key() {
    return key;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<InputStream> stream(String path) throws Exception {
    return client.send(
        request(path).header("Cookie", cookie).header("X-ChronicleSync", key).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request("/api/v1" + path).header("Cookie", cookie).header("X-ChronicleSync", key));
  }

  HttpResponse<String> call(String method, String path, String body) throws Exception {
    return send(
        request("/api/v1" + path)
            .header("Cookie", cookie)
            .header("X-ChronicleSync", key)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** What a client sends that is no browser; returns the whole answer. */
  String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Override
  public void close() {
    share.close();
    preparing.close();
    tallies.close();
    services.deactivate();
    streams.close();
    works.close();
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server does not stop", e);
    }
    node.store.close();
  }
}
