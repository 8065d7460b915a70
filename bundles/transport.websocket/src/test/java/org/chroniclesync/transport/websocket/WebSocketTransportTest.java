// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What this transport has beyond what every transport is held to. */
@Timeout(600)
class WebSocketTransportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An address at which nobody is (RFC 5737). */
  private static final String NOWHERE = "192.0.2.1";

  private final List<WebSocketTransport> started = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (WebSocketTransport transport : started) {
      transport.deactivate();
    }
  }

  @Test
  void itIsEnoughThatOneCanBeReachedWhoeverOffers() throws Exception {
    WebSocketTransport open = start(Map.of());
    WebSocketTransport walled = start(Map.of("advertise", new String[] {NOWHERE}));

    for (boolean openOffers : List.of(true, false)) {
      Half a = new Half(open, "node.a", "node.b");
      Half b = new Half(walled, "node.b", "node.a");
      a.way = b.link::signal;
      b.way = a.link::signal;

      (openOffers ? a : b).link.offer();

      exchange(a.channel(), b.channel());
    }
  }

  @Test
  void anAnswerThatTakesItsTimeFindsTheConnectionThere() throws Exception {
    WebSocketTransport one = start(Map.of());
    WebSocketTransport two = start(Map.of("advertise", new String[] {NOWHERE}));
    Half a = new Half(one, "node.a", "node.b");
    Half b = new Half(two, "node.b", "node.a");
    a.link.offer();
    b.link.signal(a.signals.take());
    Signal answer = b.signals.take();
    // The answerer has connected, and nobody knows yet that it is the right one.
    await().atMost(PATIENCE).until(() -> threads("chroniclesync-wss-socket") > 1);

    a.link.signal(answer);

    exchange(a.channel(), b.channel());
  }

  @Test
  void l8_aStrangerGetsNoConnectionNoPortAndNoAddress() throws Exception {
    int port = FreePort.find();
    WebSocketTransport one = start(Map.of("port", port, "bindAddress", "127.0.0.1"));
    WebSocketTransport other = start(Map.of());
    try (ServerSocket bystander = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Half stranger = new Half(other, "node.b", "node.a");
      stranger.link.offer();
      String listing =
          ((Signal.Offer) stranger.signals.take())
              .sdp()
              .replaceAll(
                  "(?m)^a=candidate:.*$",
                  "a=candidate:1 1 tcp 16 127.0.0.1 "
                      + bystander.getLocalPort()
                      + " typ host tcptype passive");
      Half a = new Half(one, new Peering(new PeerId("node.a"), new PeerId("node.b"), true, false));

      a.link.signal(new Signal.Offer(listing, true));
      assertThat(a.failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).contains("24 words");
      a.link.offer();
      assertThat(a.failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).contains("24 words");

      assertThat(a.signals).isEmpty();
      assertClosed(port);
      // From a node that has proved the words the same offer is answered.
      Half proven = new Half(one, "node.a", "node.b");
      proven.link.signal(new Signal.Offer(listing, true));
      bystander.accept().close();
      assertThat(proven.signals.take()).isInstanceOf(Signal.Answer.class);
    }
  }

  @Test
  void aFixedPortIsOpenOnlyWhileSomebodyIsAwaited() throws Exception {
    int port = FreePort.find();
    WebSocketTransport one =
        start(Map.of("port", port, "bindAddress", "127.0.0.1", "connectTimeoutMillis", 5_000L));
    assertClosed(port);
    Half a = new Half(one, "node.a", "node.b");

    a.link.offer();

    String sdp = ((Signal.Offer) a.signals.take()).sdp();
    assertThat(sdp)
        .contains("m=application " + port + " TLS/TCP/WSS chroniclesync\r\n")
        .contains(" 127.0.0.1 " + port + " typ host tcptype passive\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(socket.isConnected()).isTrue();
    }
    assertThat(a.failures.take()).contains("'port'");
    assertClosed(port);
  }

  @Test
  void whereNoPortCanBeOpenedThePeersIsUsed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      WebSocketTransport one =
          start(Map.of("port", taken.getLocalPort(), "bindAddress", "127.0.0.1"));
      WebSocketTransport two = start(Map.of());
      Half a = new Half(one, "node.a", "node.b");
      Half b = new Half(two, "node.b", "node.a");
      a.way = b.link::signal;
      b.way = a.link::signal;

      a.link.offer();

      exchange(a.channel(), b.channel());
    }
  }

  @Test
  void whoNamesNoAttemptIsTurnedAwayBeforeAnyKeyExchange() throws Exception {
    Half a = new Half(start(Map.of()), "node.a", "node.b");
    a.link.offer();
    Description offer = described(a.signals.take());

    assertThatThrownBy(() -> connect(offer, "0".repeat(32), new Credentials()))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("unrecognized_name");
  }

  @Test
  void aWrongCertificateGetsNowhere() throws Exception {
    Half a = new Half(start(Map.of()), "node.a", "node.b");
    Half b = new Half(start(Map.of()), "node.b", "node.a");
    a.link.offer();
    Signal offer = a.signals.take();
    Description described = described(offer);
    // It is let wait, for nobody knows yet whom to await.
    try (SSLSocket early = connect(described, described.id(), new Credentials())) {
      b.link.signal(offer);
      Description answer = described(b.signals.take());
      assertThat(answer.id()).isNotEqualTo(described.id());
      // The answerer knows at once.
      assertThatThrownBy(
              () -> {
                try (SSLSocket wrong = connect(answer, answer.id(), new Credentials())) {
                  wrong.getInputStream().read();
                }
              })
          .isInstanceOf(IOException.class);

      b.link.offer(); // does nothing: it is answering
      a.link.signal(new Signal.Answer(answer.sdp()));

      exchange(a.channel(), b.channel());
      assertThat(read(early)).isNegative();
    }
  }

  @Test
  void aDescriptionWithTheFingerprintOfAnotherMakesNoChannel() throws Exception {
    Half a = new Half(start(Map.of("connectTimeoutMillis", 1_000L)), "node.a", "node.b");
    Half b = new Half(start(Map.of("connectTimeoutMillis", 1_000L)), "node.b", "node.a");
    a.link.offer();
    b.link.signal(a.signals.take());
    Description answer = described(b.signals.take());
    Description forged =
        new Description(
            answer.id(),
            new Credentials().fingerprint(),
            answer.maxMessageBytes(),
            answer.port(),
            answer.candidates());

    a.link.signal(new Signal.Answer(forged.sdp()));

    assertThat(a.failures.take()).contains("neither device reached");
    assertThat(b.failures.take()).contains("neither device reached");
    assertThat(a.channels).isEmpty();
    assertThat(b.channels).isEmpty();
  }

  @Test
  void aPeerThatFellSilentIsLost() throws Exception {
    try (Relay relay = new Relay()) {
      WebSocketTransport one =
          start(
              Map.of(
                  "bindAddress", "127.0.0.1", "silenceMillis", 4_000L, "pingIntervalMillis", 100L));
      WebSocketTransport two =
          start(
              Map.of(
                  "bindAddress",
                  "127.0.0.1",
                  "advertise",
                  new String[] {NOWHERE},
                  "pingIntervalMillis",
                  100L));
      Half a = new Half(one, "node.a", "node.b");
      Half b = new Half(two, "node.b", "node.a");
      a.link.offer();
      Description offer = described(a.signals.take());
      int port = relay.to(offer.port());
      Description relayed =
          new Description(
              offer.id(),
              offer.fingerprint(),
              offer.maxMessageBytes(),
              port,
              List.of(new Candidate(InetAddress.getLoopbackAddress(), port)));
      b.way = a.link::signal;
      b.link.signal(new Signal.Offer(relayed.sdp(), true));
      Channel left = a.channel();
      exchange(left, b.channel());

      relay.hold();

      assertThatThrownBy(() -> left.receive(PATIENCE))
          .isInstanceOfSatisfying(
              ChannelClosedException.class,
              e -> {
                assertThat(e.reason().kind()).isEqualTo(CloseReason.Kind.LOST);
                assertThat(e.reason().sentence()).contains("nothing was heard");
              });
    }
  }

  @Test
  void aPeerThatIsHeldBackIsNotTakenForDead() throws Exception {
    Map<String, Object> hasty =
        Map.of(
            "silenceMillis",
            4_000L,
            "pingIntervalMillis",
            100L,
            "sendBufferBytes",
            262_144,
            "receiveBufferBytes",
            262_144);
    Half a = new Half(start(hasty), "node.a", "node.b");
    Half b = new Half(start(hasty), "node.b", "node.a");
    a.way = b.link::signal;
    b.way = a.link::signal;
    a.link.offer();
    Channel left = a.channel();
    Channel right = b.channel();
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 200; i++) {
                  left.send(new Frame.Binary(new byte[200_000]));
                }
              } catch (IOException | InterruptedException e) {
                // Seen by the receiver.
              }
            });
    sender.start();

    // Longer than the silence that would be the end, in which nothing is taken.
    assertThat(left.receive(Duration.ofMillis(5_500))).isNull();

    for (int i = 0; i < 200; i++) {
      assertThat(right.receive(PATIENCE)).isInstanceOf(Frame.Binary.class);
    }
    exchange(left, right);
    sender.join();
  }

  // --- Parts ------------------------------------------------------------------------------------

  private WebSocketTransport start(Map<String, Object> values) {
    Map<String, Object> all = new HashMap<>(values);
    all.putIfAbsent("connectTimeoutMillis", Transports.NEVER_MILLIS);
    WebSocketTransport transport = new WebSocketTransport(Transports.config(all));
    started.add(transport);
    return transport;
  }

  private static Description described(Signal signal) {
    String sdp =
        signal instanceof Signal.Offer offer ? offer.sdp() : ((Signal.Answer) signal).sdp();
    Description description = Description.parse(sdp);
    if (description == null) {
      throw new AssertionError(sdp);
    }
    return new Description(
        description.id(),
        description.fingerprint(),
        description.maxMessageBytes(),
        description.candidates().get(0).port(),
        description.candidates());
  }

  private static SSLSocket connect(Description peer, String id, Credentials credentials)
      throws IOException {
    String name = id + TlsConnection.NAME_SUFFIX;
    SSLSocket socket =
        (SSLSocket)
            credentials
                .context((shown, raw) -> shown.equals(peer.fingerprint()))
                .getSocketFactory()
                .createSocket(
                    new Socket(InetAddress.getLoopbackAddress(), peer.port()),
                    name,
                    peer.port(),
                    true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  private static int read(SSLSocket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1;
    }
  }

  private static void assertClosed(int port) {
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }

  private static void exchange(Channel left, Channel right) throws Exception {
    left.send(new Frame.Text("from the left"));
    right.send(new Frame.Text("from the right"));
    assertThat(right.receive(PATIENCE)).isEqualTo(new Frame.Text("from the left"));
    assertThat(left.receive(PATIENCE)).isEqualTo(new Frame.Text("from the right"));
  }

  /** One end. */
  private static final class Half {
    final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    final Link link;
    volatile Consumer<Signal> way = signals::add;

    Half(WebSocketTransport transport, String self, String peer) {
      this(transport, Peering.of(new PeerId(self), new PeerId(peer)));
    }

    Half(WebSocketTransport transport, Peering peering) {
      link = transport.link(peering, this::on);
    }

    private void on(LinkEvent event) {
      if (event instanceof LinkEvent.SignalOut out) {
        way.accept(out.signal());
      } else if (event instanceof LinkEvent.Opened opened) {
        channels.add(opened.channel());
      } else if (event instanceof LinkEvent.Failed failed) {
        failures.add(failed.why());
      }
    }

    Channel channel() throws InterruptedException {
      Channel channel = channels.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (channel == null) {
        throw new AssertionError("no channel; failures: " + failures);
      }
      return channel;
    }
  }
}
