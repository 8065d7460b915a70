// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts have in common: two transports in one process whose signals are handed over in
 * memory, and a look at what they leave behind after each test.
 */
@Timeout(600)
public abstract class TransportKit {
  /** Long enough to see something that must not happen, where it would happen at once. */
  static final Duration WHILE = Duration.ofMillis(300);

  private final List<AutoCloseable> ends = new ArrayList<>();
  private Remains before = Remains.NONE;
  private Running one = Running.NOTHING;
  private Running two = Running.NOTHING;

  /**
   * A transport that runs.
   *
   * @param transport the transport
   * @param stop ends it, as its container would
   */
  public record Running(Transport transport, Stop stop) {
    private static final Running NOTHING =
        new Running(
            new Transport() {
              @Override
              public boolean accepts(Signal signal) {
                return false;
              }

              @Override
              public Link link(Peering peering, Consumer<LinkEvent> listener) {
                throw new IllegalStateException("not started");
              }
            },
            () -> {});
  }

  /** Ends a transport. */
  @FunctionalInterface
  public interface Stop {
    /**
     * Ends it.
     *
     * @throws Exception if it cannot
     */
    void run() throws Exception;
  }

  /** For subclasses. */
  protected TransportKit() {}

  /**
   * Starts a transport. Give it small buffers, so that the tests of a full one are quick: at most
   * {@link ChannelContract#MOST_BYTES_ON_THE_WAY} may be between a sender and a receiver.
   *
   * @return the transport, which the kit stops
   * @throws Exception if it cannot be started
   */
  protected abstract Running start() throws Exception;

  /**
   * Says how long the kit waits for something that must happen.
   *
   * @return a minute, if not overridden
   */
  protected Duration patience() {
    return Duration.ofSeconds(60);
  }

  @BeforeEach
  void startTwo() throws Exception {
    before = Remains.take();
    one = start();
    two = start();
  }

  @AfterEach
  void stopBothAndLookForRemains() throws Exception {
    for (AutoCloseable end : ends) {
      end.close();
    }
    ends.clear();
    stopOne();
    stopTwo();
    // T4.
    await()
        .atMost(patience())
        .pollInSameThread()
        .untilAsserted(() -> assertThat(Remains.take().since(before)).isEmpty());
  }

  final void stopOne() throws Exception {
    Running stopping = one;
    one = Running.NOTHING;
    stopping.stop().run();
  }

  final void stopTwo() throws Exception {
    Running stopping = two;
    two = Running.NOTHING;
    stopping.stop().run();
  }

  final Remains before() {
    return before;
  }

  final Transport one() {
    return one.transport();
  }

  final Transport two() {
    return two.transport();
  }

  /** Makes an end of the first transport, named a, which is the smaller one. */
  final End a() {
    return a(true);
  }

  final End a(boolean trickles) {
    return new End(one(), "node.a", "node.b", trickles, patience());
  }

  final End b() {
    return b(true);
  }

  final End b(boolean trickles) {
    return new End(two(), "node.b", "node.a", trickles, patience());
  }

  final Ends connect() throws InterruptedException {
    End a = a();
    End b = b();
    End.introduce(a, b);
    a.link.offer();
    return new Ends(a.channel(), b.channel());
  }

  /** Both ends of a connection. */
  record Ends(Channel left, Channel right) {}

  /** Has something closed before the transports are. */
  final <C extends AutoCloseable> C closing(C closeable) {
    ends.add(closeable);
    return closeable;
  }

  final void until(Callable<Boolean> condition) {
    await().atMost(patience()).pollInterval(Duration.ofMillis(10)).until(condition);
  }

  /** Sees that something stays as it is, for as long as it would take to change. */
  static void stays(Callable<Boolean> condition) {
    await()
        .atMost(WHILE.multipliedBy(10))
        .during(WHILE)
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }

  final void exchange(Channel left, Channel right) throws Exception {
    left.send(new Frame.Text("from the left"));
    right.send(new Frame.Text("from the right"));
    assertThat(right.receive(patience())).isEqualTo(new Frame.Text("from the left"));
    assertThat(left.receive(patience())).isEqualTo(new Frame.Text("from the right"));
  }
}
