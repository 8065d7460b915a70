// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of others, other names, other users and clients that are no browsers try. */
class AttackTest {
  private volatile Instant now = Instant.now();
  private TestServer server;

  /** A clock that a test sets. */
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(clock, 10);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String head(String line, String host, String more) {
    return line + " HTTP/1.1\r\nHost: " + host + "\r\n" + more;
  }

  private String cookie() {
    return "Cookie: " + server.cookie() + "\r\nX-ChronicleSync: " + server.key() + "\r\n";
  }

  private String own() {
    return "127.0.0.1:" + server.port();
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  private int api(HttpRequest.Builder request) throws Exception {
    return withCookie(request.header("X-ChronicleSync", server.key()));
  }

  /** What a browser sends that is led here by somebody else. */
  private int withCookie(HttpRequest.Builder request) throws Exception {
    return server.send(request.header("Cookie", server.cookie())).statusCode();
  }

  private HttpRequest.Builder status() {
    return server.request("/api/v1/status");
  }

  // --- DNS rebinding ----------------------------------------------------------------------------

  @Test
  void onlyNamesOfThisComputerAreAnswered() throws Exception {
    for (String host :
        List.of(own(), "localhost:" + server.port(), "[::1]:" + server.port(), "history.test:80")) {
      assertThat(status(server.raw(head("GET /api/v1/status", host, cookie()))))
          .as(host)
          .isEqualTo(200);
    }
    for (String host :
        List.of(
            "evil.example",
            "evil.example:" + server.port(),
            "127.0.0.1",
            "127.0.0.1:1",
            "localhost.evil.example:" + server.port(),
            "127.0.0.1.evil.example:" + server.port(),
            "127.0.0.1:" + server.port() + ".evil.example",
            "0.0.0.0:" + server.port(),
            "")) {
      for (String line : List.of("GET /api/v1/status", "GET /", "GET /open?once=x")) {
        assertThat(status(server.raw(head(line, host, cookie())))).as(host + line).isIn(400, 421);
      }
    }
  }

  @Test
  void anAbsoluteAddressDoesNotReplaceTheHost() throws Exception {
    String answer =
        server.raw(head("GET http://evil.example/api/v1/status", "evil.example", cookie()));

    assertThat(status(answer)).isIn(400, 421);
  }

  // --- Pages of others --------------------------------------------------------------------------

  @Test
  void aPageOfOthersGetsNothingThoughTheCookieIsSent() throws Exception {
    String origin = "http://127.0.0.1:" + server.port();
    assertThat(api(status().header("Origin", origin))).isEqualTo(200);
    assertThat(api(status().header("Sec-Fetch-Site", "same-origin"))).isEqualTo(200);
    assertThat(api(status().header("Sec-Fetch-Site", "none"))).isEqualTo(200);

    for (String other :
        List.of(
            "https://evil.example",
            "null",
            "http://127.0.0.1:1",
            "http://localhost:" + server.port(),
            "https://127.0.0.1:" + server.port())) {
      assertThat(api(status().header("Origin", other))).as(other).isEqualTo(403);
    }
    // Another port of this computer is the same site for a browser, and somebody else's program.
    for (String site : List.of("cross-site", "same-site", "anything")) {
      assertThat(api(status().header("Sec-Fetch-Site", site))).as(site).isEqualTo(403);
    }
  }

  @Test
  void nothingIsChangedWithoutTheHeaderThatPagesOfOthersCannotSend() throws Exception {
    HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.noBody();
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
      HttpRequest.Builder request = server.request("/api/v1/sync").method(method, none);
      assertThat(withCookie(request)).as(method).isEqualTo(403);
    }
    assertThat(server.node.syncs.get()).isZero();
    // A form of another page can send this much.
    HttpRequest.Builder form =
        server
            .request("/api/v1/deletions")
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{\"host\":\"a.example\"}"));
    assertThat(withCookie(form)).isEqualTo(403);
    HttpRequest.Builder typed =
        server
            .request("/api/v1/deletions")
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{\"host\":\"a.example\"}"));
    assertThat(api(typed)).isEqualTo(415);
  }

  @Test
  void noAnswerAllowsAPageOfOthersAnything() throws Exception {
    HttpRequest.Builder preflight =
        server
            .request("/api/v1/sync")
            .header("Origin", "https://evil.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "X-ChronicleSync")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
    HttpResponse<String> answer = server.send(preflight);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
  }

  @Test
  void everyAnswerKeepsOthersOut() throws Exception {
    for (String path :
        List.of("/", "/app.js", "/nothing.js", "/api/v1/status", "/open", "/api/none")) {
      HttpResponse<String> answer = server.send(server.request(path));
      String policy = answer.headers().firstValue("Content-Security-Policy").orElse("");
      assertThat(policy).as(path).contains("default-src 'none'", "frame-ancestors 'none'");
      assertThat(policy).doesNotContain("unsafe", "http:", "https:", "*");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(answer.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
      assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy"))
          .contains("same-origin");
    }
  }

  // --- The way in -------------------------------------------------------------------------------

  @Test
  void withoutASessionThereIsNoHistory() throws Exception {
    for (String path : server.routes.all().stream().map(one -> one.split(" ")[1]).toList()) {
      HttpResponse<String> answer = server.send(server.request(path.replaceAll("[{}]", "")));
      assertThat(answer.statusCode()).as(path).isEqualTo(401);
      assertThat(answer.body()).contains("chroniclesync open");
    }
    for (String wrong :
        List.of("", "x", "A".repeat(43), server.cookie().split("=")[1] + "A", "A".repeat(7_000))) {
      HttpRequest.Builder request =
          status()
              .header("X-ChronicleSync", server.key())
              .header("Cookie", "chroniclesync-" + server.port() + "=" + wrong);
      assertThat(server.send(request).statusCode()).as(wrong).isEqualTo(401);
    }
  }

  @Test
  void aLinkOpensOnceAndForSomeMinutes() throws Exception {
    String secret = server.sessions.link().secret();
    assertThat(secret).hasSize(43);
    assertThat(server.send(server.request("/open?once=" + secret)).statusCode()).isEqualTo(200);
    assertThat(server.send(server.request("/open?once=" + secret)).statusCode()).isEqualTo(410);

    String late = server.sessions.link().secret();
    now = now.plus(Duration.ofMinutes(10));
    HttpResponse<String> answer = server.send(server.request("/open?once=" + late));
    assertThat(answer.statusCode()).isEqualTo(410);
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void theCookieIsForThisPageAloneAndEnds() throws Exception {
    HttpResponse<String> answer =
        server.send(server.request("/open?once=" + server.sessions.link().secret()));
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/").doesNotContain("Domain");
    // The secret is in no place that lasts.
    assertThat(answer.headers().firstValue("Location")).isEmpty();
    assertThat(answer.body()).doesNotContain("once");

    assertThat(api(status())).isEqualTo(200);
    now = now.plus(Duration.ofDays(30));
    assertThat(api(status())).isEqualTo(401);
  }

  /** Browsers send the cookie to each port of this computer, where another user may listen. */
  @Test
  void aCookieThatAnotherPortGotLetsNobodyIn() throws Exception {
    assertThat(withCookie(status())).isEqualTo(401);
    for (String key : List.of("", "1", "none", "A".repeat(43), server.cookie().split("=")[1])) {
      assertThat(withCookie(status().header("X-ChronicleSync", key))).as(key).isEqualTo(401);
    }
    assertThat(server.send(status().header("X-ChronicleSync", server.key())).statusCode())
        .as("nor the key alone")
        .isEqualTo(401);
    assertThat(withCookie(server.request("/api/v1/events"))).isEqualTo(401);
    assertThat(withCookie(server.request("/api/v1/export?format=csv&ticket=" + server.key())))
        .isEqualTo(401);
    assertThat(
            withCookie(
                server
                    .request("/api/v1/tickets")
                    .header("X-ChronicleSync", "1")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))))
        .isEqualTo(401);
  }

  @Test
  void aTicketIsGoodOnceAndNotForLong() throws Exception {
    assertThat(server.send(server.request(withTicket())).statusCode()).isEqualTo(200);
    String used = withTicket();
    server.send(server.request(used));
    assertThat(server.send(server.request(used)).statusCode()).isEqualTo(401);
    String late = withTicket();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(server.send(server.request(late)).statusCode()).isEqualTo(401);
    String closed = withTicket();
    server.call("DELETE", "/session", "");
    assertThat(server.send(server.request(closed)).statusCode()).isEqualTo(401);
  }

  private String withTicket() throws Exception {
    String answer = server.call("POST", "/tickets", "{}").body();
    return "/api/v1/status?ticket="
        + Json.read(answer.getBytes(StandardCharsets.UTF_8)).get("ticket").asText();
  }

  @Test
  void aSessionThatIsClosedIsOver() throws Exception {
    assertThat(server.call("DELETE", "/session", "").statusCode()).isEqualTo(204);

    assertThat(api(status())).isEqualTo(401);
  }

  @Test
  void linksAndSessionsAreBounded() {
    String first = server.sessions.link().secret();
    for (int i = 0; i < Sessions.MAX_LINKS; i++) {
      server.sessions.link();
    }
    assertThat(server.sessions.open(first)).isNull();
  }

  // --- Paths, sizes, shapes ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../openapi.json",
        "/..%2fopenapi.json",
        "/%2e%2e/openapi.json",
        "/....//openapi.json",
        "/page/../../openapi.json",
        "/..\\openapi.json",
        "/%00.html",
        "/app.js%00.html",
        "/Gate.class",
        "/PageServlet.class",
        "//etc/passwd",
        "/.git/config.txt",
        "/META-INF/MANIFEST.MF",
        "/;/app.js"
      })
  void noPathLeadsOutOfThePage(String path) throws Exception {
    String answer = server.raw(head("GET " + path, own(), ""));

    assertThat(status(answer)).isIn(400, 404);
    assertThat(answer).doesNotContain("openapi\"", "root:", "Bundle-");
  }

  @Test
  void whatIsTooLargeIsRefusedAndNotKept() throws Exception {
    String endless =
        "POST /api/v1/deletions HTTP/1.1\r\nHost: "
            + own()
            + "\r\n"
            + cookie()
            + "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(endless.getBytes(StandardCharsets.UTF_8));
      out.write(new byte[Exchange.MAX_BODY_BYTES + 1]);
      out.flush();
      byte[] head = socket.getInputStream().readNBytes(12);
      assertThat(new String(head, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 413");
    }
    String longHead = server.raw(head("GET /" + "a".repeat(20_000), own(), ""));
    assertThat(status(longHead)).isIn(400, 404, 414, 431);
  }

  @Test
  void jsonThatIsDeepOrStrangeIsRefused() throws Exception {
    for (String body :
        List.of(
            "{\"host\":" + "[".repeat(5_000),
            "{\"host\":" + "{\"a\":".repeat(20) + "1" + "}".repeat(20) + "}",
            "{\"host\":\"a\\u0000\"",
            "\u0000",
            "{\"host\":" + "1".repeat(5_000) + "}",
            "nul")) {
      HttpResponse<String> answer = server.call("POST", "/deletions/preview", body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.body()).doesNotContain("jackson", "Exception");
    }
  }

  @Test
  void namesOfFilesAreNames() {
    assertThat(FileGroup.safeName("../../etc/passwd")).isEqualTo("passwd");
    assertThat(FileGroup.safeName("C:\\Users\\me\\History")).isEqualTo("History");
    assertThat(FileGroup.safeName("..")).isEqualTo("file");
    assertThat(FileGroup.safeName(".bashrc")).isEqualTo("bashrc");
    assertThat(FileGroup.safeName("a\u0000b\u202e\n.zip")).isEqualTo("a_b__.zip");
    assertThat(FileGroup.safeName("x".repeat(500))).hasSize(80);
    assertThat(FileGroup.safeName("")).isEqualTo("file");
  }

  @Test
  void whatHasNoSuchMethodSaysWhichThereIs() throws Exception {
    HttpResponse<String> answer = server.call("POST", "/status", "");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.body()).contains("Use GET.");
    assertThat(
            server.send(server.request("/").POST(HttpRequest.BodyPublishers.noBody())).statusCode())
        .isEqualTo(405);
    assertThat(server.get("/nothing").statusCode()).isEqualTo(404);
  }
}
