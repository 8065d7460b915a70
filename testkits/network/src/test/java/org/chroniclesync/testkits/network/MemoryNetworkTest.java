// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each dial does what it says, and what is left open is named. */
@Timeout(600)
class MemoryNetworkTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final MemoryNetwork network = new MemoryNetwork(1);

  @AfterEach
  void leaveNothing() {
    network.close();
    assertThat(network.openChannels()).isEmpty();
    assertThat(network.openLinks()).isEmpty();
    assertThat(network.openMemberships()).isEmpty();
  }

  // --- What is left open ------------------------------------------------------------------------

  @Test
  void whatIsOpenIsNamedWithItsHolder() {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Channel channel = a.connect(b);

    assertThat(network.openChannels().toString())
        .contains("channel of memory held by node.a, to node.b")
        .contains("channel of memory held by node.b, to node.a");
    assertThat(network.openLinks()).hasSize(2);
    assertThat(network.openMemberships().toString())
        .contains("membership of memory held by node.a");

    channel.close();
    assertThat(network.openChannels()).isEmpty();
    a.close();
    assertThat(network.openLinks())
        .containsExactly(new Holding(Holding.Kind.LINK, "memory", b.id, a.id));
    b.close();
    assertThat(network.openLinks()).isEmpty();
    assertThat(network.openMemberships()).isEmpty();
  }

  @Test
  void fiveNodesMeetAndConnect() throws Exception {
    List<Node> nodes =
        Stream.of("a", "b", "c", "d", "e").map(name -> new Node(network, name)).toList();
    for (Node node : nodes) {
      until(() -> node.seen.size() == 4);
    }
    for (Node node : nodes) {
      for (Node other : nodes.subList(nodes.indexOf(node) + 1, nodes.size())) {
        node.connect(other).send(new Frame.Text(node.id + " to " + other.id));
        assertThat(other.newest().receive(Node.PATIENCE))
            .isEqualTo(new Frame.Text(node.id + " to " + other.id));
      }
    }
    assertThat(network.openChannels()).hasSize(20);
  }

  @Test
  void transportsAndDiscoveriesOfOtherNamesAreApart() {
    MemoryTransport rail = network.transport("rail");
    Node a = new Node("a", network.discovery(), rail);
    Node b = new Node("b", network.discovery("other"), network.transport("road"));
    Node c = new Node("c", network.discovery(), network.transport("rail"));
    until(() -> a.seen.equals(List.of(c.id)) && c.seen.equals(List.of(a.id)));

    a.connect(c);

    assertThat(b.seen).isEmpty();
    Signal offer = new Signal.Offer(rail.describe("1"), true);
    assertThat(c.transport.accepts(offer)).isTrue();
    assertThat(b.transport.accepts(offer)).isFalse();
    assertThatThrownBy(() -> network.transport("a b")).isInstanceOf(IllegalArgumentException.class);
  }

  // --- Frames -----------------------------------------------------------------------------------

  @Test
  void aBufferOfOneFrameHoldsOneFrameInEachDirection() throws Exception {
    network.buffer(1);
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Channel left = a.connect(b);
    Channel right = b.newest();
    left.send(number(1));
    right.send(number(2));

    CompletableFuture<Void> second = sending(left, 3);
    CompletableFuture<Void> back = sending(right, 4);
    until(() -> !left.flush(AT_ONCE) && !right.flush(AT_ONCE));
    assertThat(second).isNotDone();
    assertThat(back).isNotDone();

    assertThat(right.receive(Node.PATIENCE)).isEqualTo(number(1));
    second.get();
    assertThat(right.receive(Node.PATIENCE)).isEqualTo(number(3));
    assertThat(back).isNotDone();
    assertThat(left.receive(Node.PATIENCE)).isEqualTo(number(2));
    back.get();
    assertThat(left.flush(AT_ONCE)).isTrue();
  }

  @RepeatedTest(20)
  void aFullBufferIsFreedByEachKindOfEnd() throws Exception {
    network.buffer(1);
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    for (Runnable end :
        List.<Runnable>of(
            () -> a.newest().close(), () -> b.newest().close(), () -> network.cut(a.id, b.id))) {
      Channel left = a.connect(b);
      left.send(number(1));
      CompletableFuture<Void> second = sending(left, 2);
      until(() -> !left.flush(AT_ONCE));
      end.run();
      assertThatThrownBy(second::get).hasRootCauseInstanceOf(ChannelClosedException.class);
    }
  }

  @Test
  void chancesDependOnTheSeedAlone() throws Exception {
    List<String> once = harmed(7);
    assertThat(harmed(7)).isEqualTo(once);
    assertThat(harmed(8)).isNotEqualTo(once);
    assertThat(once).hasSizeBetween(100, 400);
  }

  /** What arrives of 300 numbers that three threads send on three connections at once. */
  private static List<String> harmed(long seed) throws Exception {
    try (MemoryNetwork network = new MemoryNetwork(seed)) {
      network.middle(new FrameFaults(seed).lose(0.2).repeat(0.2).swap(0.2).change(0.2));
      network.buffer(1_000);
      Node hub = new Node(network, "hub");
      List<Node> others = Stream.of("a", "b", "c").map(name -> new Node(network, name)).toList();
      others.forEach(other -> other.connect(hub));
      List<CompletableFuture<Void>> all =
          others.stream()
              .map(
                  other ->
                      CompletableFuture.runAsync(
                          () -> {
                            for (int i = 0; i < 100; i++) {
                              send(other.newest(), i);
                            }
                          }))
              .toList();
      for (CompletableFuture<Void> each : all) {
        each.get();
      }
      List<String> arrived = new ArrayList<>();
      for (int i = 0; i < others.size(); i++) {
        for (Frame frame = hub.channels.get(i).receive(AT_ONCE);
            frame != null;
            frame = hub.channels.get(i).receive(AT_ONCE)) {
          arrived.add(i + " " + ((Frame.Text) frame).text());
        }
      }
      return arrived;
    }
  }

  @Test
  void eachHarmIsDoneToTheShareThatIsDialled() throws Exception {
    assertThat(arriving(new FrameFaults(1).lose(1))).isEmpty();
    assertThat(arriving(new FrameFaults(1).repeat(1))).startsWith("0", "0", "1", "1").hasSize(200);
    List<String> changed = arriving(new FrameFaults(1).change(1));
    assertThat(changed).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(changed.get(i)).isNotEqualTo(Integer.toString(i));
    }
    List<String> swapped = arriving(new FrameFaults(1).swap(0.5));
    assertThat(swapped).doesNotHaveDuplicates().hasSizeGreaterThan(90);
    assertThat(swapped).isNotEqualTo(arriving(new FrameFaults(1)));
    assertThat(arriving(new FrameFaults(1).lose(1).spare(10)))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(arriving(new FrameFaults(1).cutAfter(3))).containsExactly("0", "1", "2");
  }

  private List<String> arriving(FrameFaults faults) throws Exception {
    network.buffer(1_000);
    network.middle(faults);
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    a.connect(b);
    List<String> arrived = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        a.newest().send(number(i));
      }
    } catch (ChannelClosedException e) {
      assertThat(e.reason().kind()).isEqualTo(CloseReason.Kind.LOST);
    }
    a.newest().close();
    try {
      while (true) {
        Frame frame = b.newest().receive(Node.PATIENCE);
        assertThat(frame).isInstanceOf(Frame.Text.class);
        arrived.add(frame instanceof Frame.Text text ? text.text() : "");
      }
    } catch (ChannelClosedException e) {
      assertThat(e.reason().kind()).isIn(CloseReason.Kind.LOST, CloseReason.Kind.REMOTE);
    }
    a.close();
    b.close();
    return arrived;
  }

  @Test
  void framesThatAreOnTheirWayKeepTheirOrderAndComeBeforeTheEnd() throws Exception {
    network.delay(Duration.ZERO, Duration.ofMillis(3));
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Channel left = a.connect(b);
    for (int i = 0; i < 50; i++) {
      left.send(number(i));
    }
    left.close();

    for (int i = 0; i < 50; i++) {
      assertThat(b.newest().receive(Node.PATIENCE)).isEqualTo(number(i));
    }
    assertThatThrownBy(() -> b.newest().receive(Node.PATIENCE))
        .isInstanceOfSatisfying(
            ChannelClosedException.class,
            e -> assertThat(e.reason().kind()).isEqualTo(CloseReason.Kind.REMOTE));
  }

  @Test
  void whatIsOnItsWayWhenAConnectionIsCutNeverArrives() throws Exception {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Channel left = a.connect(b);
    left.send(number(1));
    network.delay(Duration.ofHours(1), Duration.ofHours(1));
    left.send(number(2));

    network.cut(new Random(1));

    assertThat(b.newest().receive(Node.PATIENCE)).isEqualTo(number(1));
    assertThatThrownBy(() -> b.newest().receive(Node.PATIENCE))
        .isInstanceOfSatisfying(
            ChannelClosedException.class,
            e -> assertThat(e.reason().kind()).isEqualTo(CloseReason.Kind.LOST));
  }

  @Test
  void someoneInTheMiddleOfASplitConnectionShowsInItsBindings() {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    network.split(true);
    assertThat(a.connect(b).binding()).isNotEqualTo(b.newest().binding());
    network.split(false);
    assertThat(a.connect(b).binding()).isEqualTo(b.newest().binding());
  }

  // --- Peers ------------------------------------------------------------------------------------

  @Test
  void aPeerThatVanishesIsNotHeardAndItsChannelsLookOpen() throws Exception {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Channel left = a.connect(b);
    until(() -> a.seen.contains(b.id));

    network.vanish(b.id);
    left.send(number(1));
    b.newest().close();
    b.membership.close();

    assertThat(b.newest()).satisfies(gone -> assertThatThrownBy(() -> gone.send(number(2))));
    assertThat(left.receive(AT_ONCE)).isNull();
    assertThat(a.seen).contains(b.id);
    assertThat(network.openChannels())
        .containsExactly(new Holding(Holding.Kind.CHANNEL, "memory", a.id, b.id));

    network.reappear(b.id);
    Node back = new Node(network, "b");
    a.connect(back).send(number(3));
    assertThat(back.newest().receive(Node.PATIENCE)).isEqualTo(number(3));
    left.close();
  }

  @Test
  void whereThereIsNoRouteNobodyConnects() {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    network.routes((from, to) -> false);
    a.link(b.id).offer();
    until(() -> a.failures.contains("memory is blocked"));
    network.routes((from, to) -> true);
    b.transport.block(true);
    a.link(b.id).offer();
    until(() -> b.failures.contains("memory is blocked"));
    b.transport.block(false);
    a.connect(b);
  }

  // --- Discoveries ------------------------------------------------------------------------------

  @Test
  void aJoinThrowsOrHangsAsItIsTold() throws Exception {
    MemoryDiscovery discovery = network.discovery();
    discovery.beforeJoin(
        () -> {
          throw new NoClassDefFoundError("of the test");
        });
    assertThatThrownBy(() -> new Node("a", discovery, network.transport()))
        .isInstanceOf(NoClassDefFoundError.class);
    assertThat(network.openMemberships()).isEmpty();
    try (Gate gate = new Gate()) {
      discovery.beforeJoin(gate::pass);
      CompletableFuture<Node> joining =
          CompletableFuture.supplyAsync(() -> new Node("a", discovery, network.transport()));
      until(() -> gate.waiting() == 1);
      assertThat(joining).isNotDone();
      gate.open();
      joining.get().membership.close();
    }
  }

  @Test
  void aMembershipThatThrowsWhileItClosesHasLeft() {
    MemoryDiscovery discovery = network.discovery();
    Node a = new Node("a", discovery, network.transport());
    discovery.beforeLeave(
        () -> {
          throw new IllegalStateException("of the test");
        });
    assertThatThrownBy(a.membership::close).isInstanceOf(IllegalStateException.class);
    assertThat(network.openMemberships()).isEmpty();
  }

  @Test
  void whoCarriesSignalsMayLoseThemOrForgeTheirNames() {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Node c = new Node(network, "c");
    Signal first = new Signal.Candidate(null, 0, "first");
    network.carrier(delivery -> {});
    a.membership.signal(b.id, first);
    network.carrier(delivery -> delivery.readdressed(c.id, delivery.to()).go());
    Signal second = new Signal.Candidate(null, 0, "second");
    a.membership.signal(b.id, second);
    until(() -> b.heard.contains(new DiscoveryEvent.Signalled(c.id, second)));
    network.carrier(delivery -> delivery.with(first).go());
    a.membership.signal(b.id, second);
    until(() -> b.heard.contains(new DiscoveryEvent.Signalled(a.id, first)));
    assertThat(b.heard).doesNotContain(new DiscoveryEvent.Signalled(c.id, first));
  }

  @Test
  void aFloodWaitsForTheListenerAndMembersAreToldLies() {
    Gate gate = new Gate();
    AtomicInteger told = new AtomicInteger();
    PeerId self = PeerId.ofNode("a");
    network
        .discovery()
        .join(
            new RoomId("room"),
            Credentials.withoutKey(self),
            event -> {
              gate.pass();
              told.incrementAndGet();
            });
    CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> network.flood(self, 1_000));
    until(() -> gate.waiting() == 1);
    assertThat(flood).isNotDone();
    gate.open();
    until(() -> told.get() == 1_001);
    flood.join();
  }

  @Test
  void aListenerThatHangsWheneverItIsToldLeavesNoThread() {
    Gate never = new Gate();
    Membership membership =
        network
            .discovery()
            .join(
                new RoomId("room"),
                Credentials.withoutKey(PeerId.ofNode("stuck")),
                event -> never.pass());
    until(() -> never.waiting() == 1);

    membership.close();

    until(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("memory-discovery-node.stuck")));
  }

  @Test
  void membersThatAreNotIntroducedDoNotSeeEachOther() {
    network.introducing(false);
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    network.tell(a.id, new DiscoveryEvent.PeerSeen(b.id));
    until(() -> a.seen.contains(b.id));
    assertThat(b.seen).isEmpty();
  }

  // --- Links ------------------------------------------------------------------------------------

  @RepeatedTest(50)
  void aChannelThatOpensLateIsToldAlthoughItsLinkWasClosed() {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    try (Gate gate = new Gate()) {
      a.transport.beforeOpening(gate::pass);
      a.link(b.id).offer();
      until(() -> gate.waiting() == 1 && b.channels.size() == 1);
      assertThat(a.channels).isEmpty();
      a.link(b.id).close();
      gate.open();
      until(() -> a.channels.size() == 1);
    }
    assertThat(network.openChannels()).hasSize(2);
  }

  @RepeatedTest(50)
  void aLinkThatIsClosedWhileItConnectsLeavesNoChannelThatNobodyHas() {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    a.link(b.id).offer();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> a.link(b.id).close());
    closing.join();
    // The node owns each channel it was told of; any other ends by itself.
    until(
        () ->
            network.openChannels().stream().filter(open -> open.holder().equals(a.id)).count()
                == a.channels.size());
    a.channels.forEach(Channel::close);
    until(() -> network.openChannels().isEmpty());
  }

  @Test
  void aLinkThrowsAsItIsTold() {
    Node a = new Node(network, "a");
    a.transport.beforeLink(
        () -> {
          throw new IllegalStateException("of the test");
        });
    assertThatThrownBy(() -> a.link(PeerId.ofNode("b"))).isInstanceOf(IllegalStateException.class);
    assertThat(network.openLinks()).isEmpty();
  }

  @Test
  void aTransportThatStopsEndsWhatItGaveOutAndNothingElse() throws Exception {
    Node a = new Node(network, "a");
    Node b = new Node(network, "b");
    Node c = new Node(network, "c");
    a.connect(b);
    Channel apart = b.connect(c);

    a.transport.close();

    assertThat(network.openChannels()).hasSize(2);
    assertThatThrownBy(() -> a.newest().receive(Node.PATIENCE)).hasMessage("memory stops");
    apart.send(number(1));
    assertThat(c.newest().receive(Node.PATIENCE)).isEqualTo(number(1));
    assertThat(network.openLinks()).noneMatch(link -> link.holder().equals(a.id));
  }

  @Test
  void whatListenersThrowIsKept() {
    network
        .discovery()
        .join(
            new RoomId("room"),
            Credentials.withoutKey(PeerId.ofNode("a")),
            event -> {
              throw new StackOverflowError("of the test");
            });
    until(() -> !network.thrown().isEmpty());
    assertThat(network.thrown().get(0)).hasMessage("of the test");
  }

  // --- Parts ------------------------------------------------------------------------------------

  private static Frame number(int number) {
    return new Frame.Text(Integer.toString(number));
  }

  private static CompletableFuture<Void> sending(Channel channel, int number) {
    return CompletableFuture.runAsync(() -> send(channel, number));
  }

  private static void send(Channel channel, int number) {
    try {
      channel.send(number(number));
    } catch (ChannelClosedException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Node.PATIENCE).pollInterval(Duration.ofMillis(2)).until(condition);
  }
}
