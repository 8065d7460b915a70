// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody in the same network tries at the page for other devices. */
class HouseAttackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PASSWORD = "four words of mine";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private volatile Instant now = Instant.now();
  private TestServer server;
  private int port;
  private HttpClient client;

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

  HouseAttackTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String fingerprint() {
    return Objects.requireNonNull(server.share.state().fingerprint());
  }

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    server = new TestServer(clock, 10, folder);
    server.share.setPassword(PASSWORD.toCharArray());
    server.share.turnOn(port);
    client = client();
  }

  private HttpClient client() {
    return HttpClient.newBuilder().sslContext(PinnedTls.to(fingerprint())).build();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder signingIn(String password) {
    return request("/api/v1/session")
        .header("X-ChronicleSync", "1")
        .header("Content-Type", "application/json")
        .header("User-Agent", "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0")
        .POST(
            HttpRequest.BodyPublishers.ofString(
                JSON.createObjectNode().put("password", password).toString()));
  }

  /** What a browser shows that was let in. */
  private record Guest(String cookie, String key) {
    HttpRequest.Builder of(HttpRequest.Builder request) {
      return request.header("Cookie", cookie).header("X-ChronicleSync", key);
    }
  }

  private Guest guest() throws Exception {
    HttpResponse<String> answer = send(signingIn(PASSWORD));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    return new Guest(
        answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0],
        answer.headers().firstValue("X-ChronicleSync").orElseThrow());
  }

  private int status(Guest guest) throws Exception {
    return send(guest.of(request("/api/v1/status"))).statusCode();
  }

  // --- The way in -------------------------------------------------------------------------------

  @Test
  void whoKnowsThePasswordIsLetInByACookieThatNoOtherPageCanSet() throws Exception {
    assertThat(send(request("/api/v1/status")).statusCode()).isEqualTo(401);
    HttpResponse<String> answer = send(signingIn(PASSWORD));
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    String key = answer.headers().firstValue("X-ChronicleSync").orElseThrow();

    assertThat(cookie)
        .startsWith("__Host-chroniclesync-" + port + "=")
        .contains("; Path=/;", "HttpOnly", "SameSite=Strict", "Secure")
        .doesNotContain("Domain");
    assertThat(status(new Guest(cookie.split(";", 2)[0], key))).isEqualTo(200);
    // The cookie goes to all ports of this computer, and opens nothing alone.
    assertThat(status(new Guest(cookie.split(";", 2)[0], "1"))).isEqualTo(401);
    assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
    assertThat(answer.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void withoutItThereIsNoHistory() throws Exception {
    for (String path : server.routes.all().stream().map(one -> one.split(" ")[1]).toList()) {
      HttpResponse<String> answer = send(request(path.replaceAll("[{}]", "")));
      assertThat(answer.statusCode()).as(path).isEqualTo(401);
      assertThat(JSON.readTree(answer.body()).path("way").asText()).isEqualTo("password");
    }
    // No link opens it, and none is spent.
    String link = server.sessions.link().secret();
    HttpResponse<String> opened = send(request("/open?once=" + link));
    assertThat(opened.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(server.sessions.open(link)).isNotNull();
  }

  @Test
  void cookiesAreGoodInTheirOwnPlaceOnly() throws Exception {
    Guest guest = guest();
    String secret = guest.cookie().split("=", 2)[1];
    String owner = server.cookie().split("=", 2)[1];
    String name = guest.cookie().split("=")[0];

    assertThat(status(new Guest(name + "=" + owner, server.key()))).isEqualTo(401);
    assertThat(status(new Guest(server.cookie(), server.key()))).isEqualTo(401);
    for (String other : List.of("chroniclesync-" + server.port(), name)) {
      HttpRequest.Builder onLoopback =
          new Guest(other + "=" + secret, guest.key()).of(server.request("/api/v1/status"));
      assertThat(server.send(onLoopback).statusCode()).as(other).isEqualTo(401);
    }
  }

  @Test
  void onTheComputerItselfThereIsNoPassword() throws Exception {
    HttpResponse<String> answer =
        server.call("POST", "/session", "{\"password\":\"" + PASSWORD + "\"}");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void anEndedSessionHasEnded() throws Exception {
    Guest one = guest();
    Guest other = guest();
    Sharing.Guest newest = server.share.state().guests().get(0);
    assertThat(newest.browser()).isEqualTo("Firefox on Android");
    assertThat(newest.address()).isEqualTo("127.0.0.1");

    HttpResponse<String> ended = server.call("DELETE", "/share/guests/" + newest.id(), "");
    assertThat(ended.statusCode()).isEqualTo(204);
    assertThat(status(other)).isEqualTo(401);
    assertThat(status(one)).isEqualTo(200);

    HttpRequest.Builder closing = one.of(request("/api/v1/session")).DELETE();
    assertThat(send(closing).statusCode()).isEqualTo(204);
    assertThat(status(one)).isEqualTo(401);

    Guest late = guest();
    now = now.plus(Duration.ofDays(30));
    assertThat(status(late)).isEqualTo(401);
    assertThat(server.share.state().guests()).isEmpty();
  }

  @Test
  void whoIsShutOutHearsNoMore() throws Exception {
    Guest guest = guest();
    HttpResponse<InputStream> events =
        client.send(
            guest.of(request("/api/v1/events")).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(events.statusCode()).isEqualTo(200);
    assertThat(events.body().read()).isPositive();

    server.share.endAll();

    // To its end, which does not come before the stream is closed.
    events.body().readAllBytes();
    assertThat(server.streams.size()).isZero();
  }

  @Test
  void anotherPasswordShutsEverybodyOut() throws Exception {
    Guest guest = guest();
    server.share.setPassword("another four words".toCharArray());

    assertThat(status(guest)).isEqualTo(401);
    assertThat(send(signingIn(PASSWORD)).statusCode()).isEqualTo(401);
    assertThat(send(signingIn("another four words")).statusCode()).isEqualTo(204);
  }

  // --- Guessing ---------------------------------------------------------------------------------

  @Test
  void whoGuessesIsSlowedDownAndTheOwnerIsNot() throws Exception {
    for (int i = 0; i < Attempts.BURST; i++) {
      HttpResponse<String> wrong = send(signingIn("wrong password " + i));
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
    }
    HttpResponse<String> slowed = send(signingIn(PASSWORD));
    assertThat(slowed.statusCode()).isEqualTo(429);
    assertThat(slowed.headers().firstValueAsLong("Retry-After").orElseThrow())
        .isBetween(1L, Attempts.PAUSE_SECONDS);

    assertThat(server.get("/share").statusCode()).isEqualTo(200);
    assertThat(server.call("PUT", "/share", "{\"password\":\"my new password\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void theAnswerDoesNotTellWhetherThereIsAPassword(@TempDir Path other) throws Exception {
    HttpResponse<String> wrong = send(signingIn("not the password"));
    House without =
        new House(
            Set.of(),
            Set.of(),
            typed -> Password.opens(null, typed),
            new Guests(clock, Duration.ofDays(1), other.resolve("guests")),
            new Attempts(System::nanoTime));
    // Argon2id runs for each of them, so that it takes as long.
    assertThat(without.judge("not the password".toCharArray())).isFalse();
    assertThat(without.judge("".toCharArray())).isFalse();
    assertThat(JSON.readTree(wrong.body()).path("title").asText()).isEqualTo("Wrong password");
  }

  @Test
  void aThousandAtOnceAreJudgedOneByOne() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(
          client.sendAsync(
              signingIn("guess number " + i).build(), HttpResponse.BodyHandlers.ofString()));
    }
    int judged = 0;
    int answered = 0;
    for (CompletableFuture<HttpResponse<String>> one : all) {
      int status = one.handle((answer, error) -> answer == null ? 0 : answer.statusCode()).join();
      assertThat(status).isIn(0, 401, 429);
      judged += status == 401 ? 1 : 0;
      answered += status == 0 ? 0 : 1;
    }
    assertThat(judged).isBetween(1, Attempts.BURST + 2);
    assertThat(answered).isGreaterThan(judged);
    // Nobody has to be patient who is in.
    assertThat(server.get("/status").statusCode()).isEqualTo(200);
  }

  /** Each takes 19 MiB, whoever asks: never two at once, and none is begun for nothing. */
  @Test
  void noTwoAreJudgedAtOnceHoweverManyWait(@TempDir Path other) throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger judged = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(200);
    House house =
        new House(
            Set.of(),
            Set.of(),
            typed -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              // The first one takes until all the others wait, or were turned away.
              await().atMost(PATIENCE).until(() -> all.getCount() == 0);
              judged.incrementAndGet();
              return now.decrementAndGet() < 0;
            },
            new Guests(clock, Duration.ofDays(1), other.resolve("guests")),
            new Attempts(System::nanoTime));
    List<CompletableFuture<Integer>> guesses = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(200);
    for (int i = 0; i < 200; i++) {
      guesses.add(
          CompletableFuture.supplyAsync(
              () -> {
                all.countDown();
                try {
                  return house.judge("a guess of many".toCharArray()) ? 200 : 401;
                } catch (Problem e) {
                  return e.status();
                }
              },
              threads));
    }
    guesses.forEach(one -> assertThat(one.join()).isIn(401, 429));
    threads.shutdown();
    assertThat(most.get()).isEqualTo(1);
    assertThat(judged.get())
        .isEqualTo((int) guesses.stream().filter(one -> one.join() == 401).count());
  }

  @Test
  void whoClosesAllBrowsersOnTheComputerEndsThoseOfTheHouseToo() throws Exception {
    Guest guest = guest();
    assertThat(status(guest)).isEqualTo(200);
    assertThat(server.call("DELETE", "/sessions", "").statusCode()).isEqualTo(204);
    assertThat(status(guest)).isEqualTo(401);
    assertThat(server.get("/status").statusCode()).isEqualTo(401);
  }

  @Test
  void whatIsNoPasswordIsNotTried() throws Exception {
    for (String body :
        List.of(
            "{}",
            "{\"password\":\"\"}",
            "{\"password\":7}",
            "{\"password\":\"" + "x".repeat(Sharing.MAX_PASSWORD_CHARS + 1) + "\"}",
            "{\"password\":\"" + "x".repeat(200_000) + "\"}",
            "{\"password\":[\"a\"]}",
            "nul")) {
      HttpRequest.Builder request = signingIn("").POST(HttpRequest.BodyPublishers.ofString(body));
      assertThat(send(request).statusCode()).as(body).isEqualTo(400);
    }
    HttpRequest.Builder endless =
        signingIn("")
            .POST(HttpRequest.BodyPublishers.ofString("x".repeat(Exchange.MAX_BODY_BYTES + 1)));
    assertThat(send(endless).statusCode()).isEqualTo(413);
    assertThat(send(signingIn(PASSWORD)).statusCode()).isEqualTo(204);
  }

  // --- Names, pages of others -------------------------------------------------------------------

  private String raw(String request) throws IOException {
    try (Socket socket =
        PinnedTls.to(fingerprint())
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((request + "Connection: close\r\n\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private int withHost(String host, Guest guest) throws IOException {
    String answer =
        raw(
            "GET /api/v1/status HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nX-ChronicleSync: %s\r\n"
                .formatted(host, guest.cookie(), guest.key()));
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  @Test
  void onlyNamesOfThisComputerAreAnswered() throws Exception {
    Guest guest = guest();
    List<String> names = new ArrayList<>(HouseAddresses.names());
    names.add("127.0.0.1");
    names.add("history.test");
    for (String name : names) {
      assertThat(withHost(name + ":" + port, guest)).as(name).isEqualTo(200);
    }
    assertThat(withHost("history.test:80", guest)).isEqualTo(200);
    for (String host :
        List.of(
            "evil.example:" + port,
            "127.0.0.1",
            "127.0.0.1:1",
            "127.0.0.2:" + port,
            "192.168.1.1:" + port,
            "[::1]:" + port,
            "0.0.0.0:" + port,
            "localhost.evil.example:" + port,
            "")) {
      assertThat(withHost(host, guest)).as(host).isIn(400, 421);
    }
  }

  @Test
  void aPageOfOthersGetsNothing() throws Exception {
    Guest guest = guest();
    String own = "https://127.0.0.1:" + port;
    HttpRequest.Builder asked = guest.of(request("/api/v1/status"));
    assertThat(send(asked.copy().header("Origin", own)).statusCode()).isEqualTo(200);
    for (String origin :
        List.of("null", "https://evil.example", "http://127.0.0.1:" + port, own + "0")) {
      assertThat(send(asked.copy().header("Origin", origin)).statusCode())
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(send(asked.copy().header("Sec-Fetch-Site", "same-site")).statusCode())
        .isEqualTo(403);
    // Nor may another page try passwords, with or without being allowed to read the answer.
    HttpRequest.Builder form =
        request("/api/v1/session")
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{\"password\":\"" + PASSWORD + "\"}"));
    assertThat(send(form).statusCode()).isEqualTo(403);
    assertThat(send(signingIn(PASSWORD).header("Origin", "https://evil.example")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void whatOpensTheAccountOrTheComputerIsForItsOwner() throws Exception {
    Guest guest = guest();
    for (String route :
        List.of(
            "POST /words/show",
            "POST /words/renew",
            "POST /words/replace",
            "POST /pairing/code",
            "GET /pairing/code",
            "POST /pairing/join",
            "POST /manual/offer",
            "POST /import",
            "GET /export",
            "GET /share",
            "PUT /share",
            "DELETE /share/guests")) {
      String[] parts = route.split(" ");
      HttpRequest.Builder request =
          guest
              .of(request("/api/v1" + parts[1]))
              .method(parts[0], HttpRequest.BodyPublishers.noBody());
      assertThat(send(request).statusCode()).as(route).isEqualTo(403);
    }
    JsonNode session = JSON.readTree(send(guest.of(request("/api/v1/session"))).body());
    assertThat(session.path("place").asText()).isEqualTo("house");
  }

  @Test
  void everyAnswerKeepsOthersOut() throws Exception {
    for (String path : List.of("/", "/app.js", "/nothing.js", "/api/v1/status", "/open")) {
      HttpResponse<String> answer = send(request(path));
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(path)
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void whoComesFromTheInternetIsSentAway() throws Exception {
    House house =
        new House(
            Set.of(),
            Set.of(),
            typed -> false,
            new Guests(clock, Duration.ofDays(1), folder.resolve("nobody")),
            new Attempts(System::nanoTime));
    InetAddress here = InetAddress.getByName("2001:db8:1:2::1");
    for (String near :
        List.of(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.9",
            "192.168.1.77",
            "169.254.1.1",
            "100.101.102.103",
            "fe80::1",
            "fd00::5",
            "2001:db8:1:2:aaaa::9")) {
      assertThat(house.admits(InetAddress.getByName(near), here)).as(near).isTrue();
    }
    for (String far :
        List.of("8.8.8.8", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2001:db8:1:3::9")) {
      assertThat(house.admits(InetAddress.getByName(far), here)).as(far).isFalse();
    }
  }

  // --- TLS --------------------------------------------------------------------------------------

  @Test
  void onlyTlsThatIsNotBrokenIsSpoken() throws Exception {
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      assertThat(handshake(version)).isEqualTo(version);
    }
    for (String version : List.of("TLSv1.1", "TLSv1")) {
      assertThatThrownBy(() -> handshake(version)).isInstanceOf(SSLException.class);
    }
  }

  private String handshake(String version) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            PinnedTls.to(fingerprint())
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      assertThat(shown.getSubjectAlternativeNames().toString()).contains("127.0.0.1", "localhost");
      assertThat(Duration.between(now, shown.getNotAfter().toInstant()))
          .isLessThan(HouseCertificate.LENGTH);
      return socket.getSession().getProtocol();
    }
  }

  @Test
  void whatIsNoTlsIsClosedWithoutAnAnswer() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n").getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).doesNotContain("HTTP");
    }
  }

  @Test
  void oneAddressHasSoManyConnectionsAndNoMore() throws Exception {
    List<Socket> held = new ArrayList<>();
    try {
      int closed = 0;
      for (int i = 0; i < Visitors.MAX_PER_ADDRESS + 5; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        held.add(socket);
      }
      // The surplus is closed before it has said a word; the others wait for one.
      for (Socket socket : held.subList(Visitors.MAX_PER_ADDRESS, held.size())) {
        closed += isClosed(socket) ? 1 : 0;
      }
      assertThat(closed).isEqualTo(5);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
    // The server counts a connection until it has read its end.
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> send(request("/")).statusCode() == 200);
  }

  private static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true; // reset
    }
  }

  // --- What is kept -----------------------------------------------------------------------------

  @Test
  void aRestartKeepsCertificatePasswordAndGuests() throws Exception {
    Guest guest = guest();
    String fingerprint = fingerprint();
    server.close();

    server = new TestServer(clock, 10, folder);
    await().atMost(PATIENCE).until(() -> !server.share.state().addresses().isEmpty());

    assertThat(server.share.state().fingerprint()).isEqualTo(fingerprint);
    assertThat(server.share.state().port()).isEqualTo(port);
    assertThat(status(guest)).isEqualTo(200);
    assertThat(send(signingIn(PASSWORD)).statusCode()).isEqualTo(204);
  }

  @Test
  void whatIsKeptIsPrivateAndHoldsNoSecretAsItIs() throws Exception {
    Guest guest = guest();
    String secret = guest.cookie().split("=", 2)[1];
    for (String name : List.of("settings", "guests", "certificate.pem")) {
      Path file = folder.resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(name)
          .isEqualTo("rw-------");
      assertThat(Files.readString(file)).doesNotContain(secret, guest.key(), PASSWORD);
    }
    assertThat(Files.readString(folder.resolve("settings")))
        .contains("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(server.share.state().toString() + server.get("/share").body())
        .doesNotContain(secret, PASSWORD, "argon2");
  }

  @Test
  void filesThatOthersCouldReadAreNotTrusted() throws Exception {
    server.close();
    Files.setPosixFilePermissions(
        folder.resolve("settings"), PosixFilePermissions.fromString("rw-r--r--"));
    server = new TestServer(clock, 10, folder);

    assertThat(server.share.state().on()).isFalse();
    assertThat(server.share.state().trouble()).contains("Others can read");
    assertThat(server.share.parts("page"))
        .singleElement()
        .extracting(Part::state)
        .isInstanceOf(Part.Degraded.class);
  }

  @Test
  void aCertificateIsReplacedBeforeItEnds() throws Exception {
    String fingerprint = fingerprint();
    Instant until = Objects.requireNonNull(server.share.state().until());
    server.close();
    now = until;
    server = new TestServer(clock, 10, folder);
    await().atMost(PATIENCE).until(() -> !server.share.state().addresses().isEmpty());

    assertThat(server.share.state().fingerprint()).isNotEqualTo(fingerprint);
    assertThat(server.share.state().until()).isAfter(until);
    client = client();
    assertThat(send(request("/")).statusCode()).isEqualTo(200);
  }

  @Test
  void aPortThatIsTakenIsSaidAndTheOldOneStays() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() -> server.share.turnOn(taken.getLocalPort()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("port " + taken.getLocalPort());
    }
    assertThat(send(request("/")).statusCode()).isEqualTo(200);
    assertThat(server.share.state().port()).isEqualTo(port);
  }

  @Test
  void offIsOff() throws Exception {
    assertThat(server.call("PUT", "/share", "{\"on\":false}").statusCode()).isEqualTo(200);

    assertThatThrownBy(() -> send(request("/"))).isInstanceOf(IOException.class);
    assertThat(server.share.state().addresses()).isEmpty();
    assertThat(server.share.parts("page")).isEmpty();
  }

  @Test
  void withoutAPasswordItIsNotTurnedOn(@TempDir Path other) throws Exception {
    try (TestServer fresh = new TestServer(clock, 10, other)) {
      HttpResponse<String> answer = fresh.call("PUT", "/share", "{\"on\":true}");
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(answer.body()).contains("no password");
      assertThat(fresh.call("PUT", "/share", "{\"password\":\"short\"}").statusCode())
          .isEqualTo(400);
    }
  }
}
