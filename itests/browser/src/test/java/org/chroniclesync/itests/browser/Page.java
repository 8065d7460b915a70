// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.browser;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The client's page in a real Chromium, served from loopback, which counts as a secure origin. */
final class Page implements AutoCloseable {
  static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private final HttpServer server;
  private final ChromeDriver driver;

  Page(Path profile) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve("/", "/peer/index.html", "text/html");
    serve("/peer.js", "/peer/peer.js", "text/javascript");
    server.start();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    try {
      driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
      load();
    } catch (RuntimeException e) {
      close(); // nobody has it yet who could
      throw e;
    }
  }

  /** Loads the page anew; what was connected is gone without a word, as with any reload. */
  void load() {
    driver.get("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Makes the client of this page. */
  void peer(Map<String, Object> options) {
    driver.executeScript("window.peer = new Peer(arguments[0])", options);
  }

  /** Runs an expression, waiting for its promise if it is one. */
  Object run(String expression, Object... arguments) {
    String script =
        "const done = arguments[arguments.length - 1];"
            + "const given = Array.from(arguments).slice(0, -1);"
            + "Promise.resolve().then(() => ("
            + expression
            + ")).then(done, e => done('failed: ' + e));";
    Object result = driver.executeAsyncScript(script, arguments);
    if (result instanceof String text && text.startsWith("failed: ")) {
      throw new AssertionError(text);
    }
    return result;
  }

  long count(String expression) {
    return ((Number) run(expression)).longValue();
  }

  boolean is(String expression) {
    return (Boolean) run(expression);
  }

  @Override
  public void close() {
    driver.quit();
    server.stop(0);
  }

  private void serve(String path, String resource, String type) {
    server.createContext(
        path,
        exchange -> {
          try (InputStream file = Page.class.getResourceAsStream(resource)) {
            byte[] bytes = file.readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          } finally {
            exchange.close();
          }
        });
  }
}
