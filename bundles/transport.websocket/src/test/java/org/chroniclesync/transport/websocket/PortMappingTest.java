// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.transport.websocket.MappingMessage.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said to routers, and what they may answer; a real one is in NetworksIT. */
@Timeout(600)
class PortMappingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int INSIDE = 47_000;
  private static final int OUTSIDE = 50_001;
  private static final byte[] ADDRESS = {8, 0, 0, 1};
  private static final byte[] NONCE = new byte[MappingMessage.NONCE_BYTES];

  /** A port that answers questions, and remembers them. */
  private static final class Router implements AutoCloseable {
    private final DatagramSocket socket;
    private final List<byte[]> asked = new CopyOnWriteArrayList<>();
    private final Thread thread;

    Router(UnaryOperator<byte[]> answers) throws IOException {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      thread = new Thread(() -> serve(answers));
      thread.start();
    }

    private void serve(UnaryOperator<byte[]> answers) {
      byte[] buffer = new byte[MappingMessage.MAX_BYTES];
      while (!socket.isClosed()) {
        try {
          DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
          socket.receive(packet);
          byte[] question = Arrays.copyOf(buffer, packet.getLength());
          asked.add(question);
          byte[] answer = answers.apply(question);
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        } catch (SocketException e) {
          return;
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }

    PortMapping mapping() {
      return new PortMapping(
          INSIDE,
          socket.getLocalPort(),
          () -> Optional.of(InetAddress.getLoopbackAddress()),
          () -> {});
    }

    @Override
    public void close() {
      socket.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** At the end it is told the other protocol's words, too, to which it says nothing of sense. */
  private static byte[] pcp(byte[] question, int result, byte[] address, int seconds) {
    if (question[0] != 2) {
      return question;
    }
    ByteBuffer answer = ByteBuffer.wrap(question.clone());
    answer.put(1, (byte) 0x81).put(3, (byte) result).putInt(4, seconds);
    answer.putShort(42, (short) OUTSIDE);
    answer.position(56).put(address);
    return answer.array();
  }

  private static byte[] natPmp(byte[] question, byte[] address, int result) {
    if (question[0] != 0) {
      return new byte[] {0, (byte) (question[1] | 0x80), 0, 1, 0, 0, 0, 9};
    }
    ByteBuffer answer = ByteBuffer.allocate(question[1] == 0 ? 12 : 16);
    answer.put(1, (byte) (question[1] | 0x80)).putShort(2, (short) result);
    answer.position(8);
    if (question[1] == 0) {
      answer.put(address);
    } else {
      answer.put(question, 4, 2).putShort((short) OUTSIDE).putInt(3_600);
    }
    return answer.array();
  }

  private static boolean isMapped(PortMapping mapping) throws IOException {
    return new Candidate(InetAddress.getByAddress(ADDRESS), OUTSIDE).equals(mapping.outside());
  }

  private static String trouble(PortMapping mapping) {
    return mapping.part().state() instanceof Part.Degraded degraded ? degraded.cause() : "";
  }

  @Test
  void aRouterThatSpeaksPcpMapsThePortAndGetsItBack() throws Exception {
    try (Router router = new Router(question -> pcp(question, 0, ADDRESS, 3_600))) {
      try (PortMapping mapping = router.mapping()) {
        await().atMost(PATIENCE).until(() -> isMapped(mapping));
        assertThat(mapping.part())
            .isEqualTo(
                new Part("port mapping", "8.0.0.1 port 50001 to port 47000", new Part.Well()));
      }
      // For no time at all: it is given back, to either kind of router.
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  router.asked.stream()
                      .anyMatch(one -> one[0] == 2 && ByteBuffer.wrap(one).getInt(4) == 0));
    }
  }

  @Test
  void aRouterThatSpeaksOnlyNatPmpMapsThePort() throws Exception {
    try (Router router = new Router(question -> natPmp(question, ADDRESS, 0));
        PortMapping mapping = router.mapping()) {
      await().atMost(PATIENCE).until(() -> isMapped(mapping));
    }
  }

  @Test
  void whatIsRefusedIsSaidWithARemedy() throws Exception {
    try (Router router = new Router(question -> pcp(question, 2, ADDRESS, 30));
        PortMapping mapping = router.mapping()) {
      await().atMost(PATIENCE).until(() -> trouble(mapping).contains("does not allow"));
      assertThat(mapping.outside()).isNull();
      assertThat(((Part.Degraded) mapping.part().state()).remedy()).contains("mapPort");
    }
    try (Router older = new Router(question -> natPmp(question, ADDRESS, 3));
        PortMapping mapping = older.mapping()) {
      await().atMost(PATIENCE).until(() -> trouble(mapping).contains("network is not up"));
    }
  }

  @Test
  void anAddressThatNobodyReachesIsNotTold() throws Exception {
    for (byte[] address : List.of(new byte[4], new byte[] {(byte) 224, 0, 0, 1})) {
      try (Router router = new Router(question -> pcp(question, 0, address, 3_600));
          PortMapping mapping = router.mapping()) {
        await().atMost(PATIENCE).until(() -> trouble(mapping).contains("no address outside"));
        assertThat(mapping.outside()).isNull();
      }
    }
  }

  @Test
  void noiseIsNoAnswer() throws Exception {
    try (Router router = new Router(question -> new byte[] {2, 3});
        PortMapping mapping = router.mapping()) {
      await().atMost(PATIENCE).until(() -> trouble(mapping).contains("answers neither"));
    }
  }

  @Test
  void withoutANetworkItIsSaid() throws Exception {
    try (PortMapping mapping = new PortMapping(INSIDE, 1, Optional::empty, () -> {})) {
      await().atMost(PATIENCE).until(() -> trouble(mapping).contains("no router is known"));
    }
  }

  @Test
  void onlyWhatBelongsToTheQuestionIsAnAnswer() throws Exception {
    InetAddress own = InetAddress.getByName("10.0.0.2");
    byte[] question = MappingMessage.pcp(own, NONCE, INSIDE, INSIDE, 3_600);
    byte[] good = pcp(question, 0, ADDRESS, 3_600);
    assertThat(MappingMessage.read(good, NONCE, INSIDE))
        .isEqualTo(new Answer.Mapped(InetAddress.getByAddress(ADDRESS), OUTSIDE, 3_600));

    byte[] otherNonce = NONCE.clone();
    otherNonce[3] = 1;
    assertThat(MappingMessage.read(good, otherNonce, INSIDE)).isNull();
    assertThat(MappingMessage.read(good, NONCE, INSIDE + 1)).isNull();
    for (int length = 0; length < good.length; length++) {
      assertThat(MappingMessage.read(Arrays.copyOf(good, length), NONCE, INSIDE)).isNull();
    }
    byte[] older = natPmp(MappingMessage.natPmp(INSIDE, INSIDE, 3_600), ADDRESS, 0);
    for (int length = 0; length < older.length; length++) {
      assertThat(MappingMessage.read(Arrays.copyOf(older, length), NONCE, INSIDE)).isNull();
    }
  }

  @Test
  void theRouterIsThatOfTheDefaultRoute() throws Exception {
    assertThat(
            Gateways.inTable(
                List.of(
                    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU",
                    "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
                    "eth0\t0001000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
                    "eth0\t00000000\t0101000A\t0003\t0\t0\t0\t00000000\t0\t0\t0")))
        .contains(InetAddress.getByName("10.0.1.1"));
    assertThat(Gateways.inTable(List.of("Iface\tDestination"))).isEmpty();
  }
}
