// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.transport.websocket.MappingMessage.Answer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the router forward the port, as long as it is not closed: renews that, asks anew after the
 * network changed, and gives the port back at the end. One thread of its own; what it found is for
 * any thread.
 */
final class PortMapping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PortMapping.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String KIND = "port mapping";

  /** How long each of the questions waits for an answer, in milliseconds. */
  private static final List<Integer> WAITS = List.of(250, 500, 1_000, 2_000);

  /** What is asked for; a router may grant less. */
  private static final long SECONDS = 3_600;

  /** No router is asked more often, whatever it grants. */
  private static final Duration LEAST = Duration.ofSeconds(30);

  private static final Duration AGAIN = Duration.ofMinutes(1);

  /** How often it looks whether this is still the same network. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
  private static final String REMEDY =
      "Switch on PCP, NAT-PMP or port mapping in the router, forward a port by hand and name it in"
          + " 'port' and 'advertise' of org.chroniclesync.transport.websocket, or set mapPort to"
          + " false.";

  private final int inside;
  private final int gatewayPort;
  private final Gateway gateway;
  private final Runnable changed;
  private final byte[] nonce = new byte[MappingMessage.NONCE_BYTES];
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Found found = new Found(null, new Part.Starting());

  /** Finds the router. */
  interface Gateway {
    Optional<InetAddress> find() throws IOException;
  }

  /** Where it forwards from, and how it does. */
  private record Found(@Nullable Candidate outside, Part.State state) {}

  /** The way from here to the router, which is another after the network changed. */
  private record Way(InetAddress own, InetAddress router) {}

  /**
   * Begins.
   *
   * @param inside the port of this machine
   * @param changed run after what it found has changed
   */
  PortMapping(int inside, Runnable changed) {
    this(inside, MappingMessage.PORT, Gateways::first, changed);
  }

  PortMapping(int inside, int gatewayPort, Gateway gateway, Runnable changed) {
    this.inside = inside;
    this.gatewayPort = gatewayPort;
    this.gateway = gateway;
    this.changed = changed;
    RANDOM.nextBytes(nonce);
    thread = DaemonThreads.make("chroniclesync-wss-mapping", this::run);
    thread.start();
  }

  /** Where the router forwards from, if it does. */
  @Nullable Candidate outside() {
    return found.outside();
  }

  /** How it does; what is mapped is its name. */
  Part part() {
    Found last = found;
    Candidate now = last.outside();
    String name =
        now == null
            ? ""
            : Addresses.text(now.address()) + " port " + now.port() + " to port " + inside;
    return new Part(KIND, name, last.state());
  }

  private void run() {
    Way mapped = null;
    try {
      while (!isClosing(Duration.ZERO)) {
        Way way = null;
        Duration pause = AGAIN;
        try {
          way = way();
          pause = map(way);
          mapped = way;
        } catch (IOException e) {
          failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
          LOG.error("The port could not be mapped.", e);
          failed(e.toString());
        }
        if (isClosingOrChanged(way, pause)) {
          break;
        }
      }
      giveBack(mapped);
    } catch (InterruptedException e) {
      // The router forgets it by itself after a while.
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosing(Duration wait) throws InterruptedException {
    return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits, but not after the network changed. Returns true if it is closed. */
  private boolean isClosingOrChanged(@Nullable Way way, Duration pause)
      throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    while (System.nanoTime() - end < 0) {
      if (isClosing(LOOK)) {
        return true;
      }
      if (!Objects.equals(way, wayNow())) {
        return false;
      }
    }
    return false;
  }

  private @Nullable Way wayNow() {
    try {
      return way();
    } catch (IOException e) {
      return null;
    }
  }

  private Way way() throws IOException {
    InetAddress router =
        gateway
            .find()
            .orElseThrow(() -> new IOException("no router is known, there is no network"));
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(router, gatewayPort));
      return new Way(socket.getLocalAddress(), router);
    } catch (UncheckedIOException e) {
      throw new IOException("the router " + router.getHostAddress() + " cannot be reached", e);
    }
  }

  private void failed(String why) {
    become(null, new Part.Degraded("No port is mapped: " + why + ".", REMEDY));
  }

  private void become(@Nullable Candidate now, Part.State state) {
    Found next = new Found(now, state);
    boolean other = !next.equals(found);
    found = next;
    if (other) {
      LOG.info("{}", now == null ? state : "The router forwards " + part().name());
      changed.run();
    }
  }

  /** Returns how long that is good for. */
  private Duration map(Way way) throws IOException, InterruptedException {
    Candidate before = outside();
    int wanted = before == null ? inside : before.port();
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(way.own(), 0))) {
      socket.connect(new InetSocketAddress(way.router(), gatewayPort));
      Answer answer = ask(socket, MappingMessage.pcp(way.own(), nonce, inside, wanted, SECONDS));
      InetAddress address = null;
      if (answer == null || answer instanceof Answer.Older) {
        Answer told = ask(socket, MappingMessage.outside());
        if (told instanceof Answer.Outside seen) {
          address = seen.address();
          answer = ask(socket, MappingMessage.natPmp(inside, wanted, SECONDS));
        } else {
          answer = told;
        }
      }
      return take(answer, address, way);
    }
  }

  private Duration take(@Nullable Answer answer, @Nullable InetAddress told, Way way)
      throws IOException {
    String router = "the router " + way.router().getHostAddress();
    if (answer instanceof Answer.Refused refused) {
      throw new IOException(router + ": " + refused.why());
    }
    if (!(answer instanceof Answer.Mapped mapped)) {
      throw new IOException(router + " answers neither PCP nor NAT-PMP");
    }
    InetAddress address = mapped.address() == null ? told : mapped.address();
    InetAddress usable = address == null ? null : Addresses.reachable(Addresses.text(address));
    if (usable == null || mapped.seconds() == 0) {
      throw new IOException(router + " has no address outside now");
    }
    become(new Candidate(usable, mapped.port()), new Part.Well());
    Duration half = Duration.ofSeconds(mapped.seconds() / 2);
    return half.compareTo(LEAST) < 0 ? LEAST : half;
  }

  private void giveBack(@Nullable Way way) {
    found = new Found(null, found.state());
    if (way == null) {
      return;
    }
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(way.own(), 0))) {
      socket.connect(new InetSocketAddress(way.router(), gatewayPort));
      // Unheard: a router of one kind ignores the other, and forgets it by itself in the end.
      send(socket, MappingMessage.pcp(way.own(), nonce, inside, 0, 0));
      send(socket, MappingMessage.natPmp(inside, 0, 0));
    } catch (IOException | RuntimeException e) {
      LOG.debug("the port was not given back: {}", e.getMessage());
    }
  }

  private static void send(DatagramSocket socket, byte[] question) throws IOException {
    socket.send(new DatagramPacket(question, question.length));
  }

  private @Nullable Answer ask(DatagramSocket socket, byte[] question)
      throws IOException, InterruptedException {
    for (int wait : WAITS) {
      if (isClosing(Duration.ZERO)) {
        return null;
      }
      send(socket, question);
      Answer answer = hear(socket, question, wait);
      if (answer != null) {
        return answer;
      }
    }
    return null;
  }

  /** What is no answer to the question does not prolong the waiting. */
  private @Nullable Answer hear(DatagramSocket socket, byte[] question, int wait)
      throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
    byte[] buffer = new byte[MappingMessage.MAX_BYTES];
    for (long left = wait;
        left > 0;
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
      socket.setSoTimeout((int) left);
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        return null;
      } catch (PortUnreachableException e) {
        throw new IOException(
            "no router at " + socket.getInetAddress().getHostAddress() + " maps ports", e);
      }
      byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
      Answer answer = MappingMessage.read(bytes, nonce, inside);
      if (answer != null && MappingMessage.fits(question, answer)) {
        return answer;
      }
    }
    return null;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(CLOSE_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
