// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class DialTest {
  private static final int DIALS = 10_000;
  private static final int PATIENCE_MILLIS = 60_000;

  @Test
  void oneThatIsGivenUpInItsFirstMomentHoldsNoConnection() throws Exception {
    WebSocketTransport transport = new WebSocketTransport(Transports.config(Map.of()));
    ExecutorService dialling = Executors.newFixedThreadPool(2);
    try (ServerSocket server = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress())) {
      dialling.execute(() -> readAllToTheirEnds(server));
      Candidate there = new Candidate(server.getInetAddress(), server.getLocalPort());
      Description peer =
          new Description(
              "0".repeat(32),
              transport.credentials().fingerprint(),
              Description.MAX_MESSAGE_BYTES,
              there.port(),
              List.of(there));
      // Kept, since collecting a socket closes it.
      List<Dial> dials = new ArrayList<>(DIALS);
      CyclicBarrier together = new CyclicBarrier(2);
      for (int i = 0; i < DIALS; i++) {
        Dial dial = new Dial(transport, peer, there, connection -> {}, why -> {});
        dials.add(dial);
        Future<?> run =
            dialling.submit(
                () -> {
                  together.await();
                  dial.run();
                  return null;
                });
        together.await();
        giveUpAfter(i % 200, dial);
        run.get();
      }
      try (Socket last = new Socket(there.address(), there.port())) {
        last.setSoTimeout(PATIENCE_MILLIS);
        last.shutdownOutput();
        assertThat(last.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(dials).hasSize(DIALS);
    } finally {
      dialling.shutdownNow();
      transport.deactivate();
    }
  }

  /** At another moment of the dial each time. */
  private static void giveUpAfter(int moments, Dial dial) {
    for (int i = 0; i < moments * 3; i++) {
      Thread.onSpinWait();
    }
    dial.close();
  }

  /** One after another, so that none is read while one before it is open. */
  private static void readAllToTheirEnds(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket next = server.accept()) {
        next.getInputStream().readAllBytes();
      } catch (IOException e) {
        // Its end, too.
      }
    }
  }
}
