// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.Delivery;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.Passage;
import org.chroniclesync.testkits.network.Passage.Way;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever carries the signals, and whoever carries the frames, does what they like. A node accepts
 * nothing of it, says what it saw, and holds everything once it is let alone.
 */
@Timeout(600)
class HostileTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BETWEEN = "somebody without your 24 words stands between";
  private static final String TAMPERED = "a frame was changed, repeated, left out or inserted";
  private static final String NOT_SEALED = "was not sealed with your 24 words";
  private static final String OTHER_NAME = "introduced under a name that is not its own";

  /** An answer of the memory network to an offer that nobody makes any more. */
  private static final String YESTERDAY =
      "v=0\r\nm=application 9 MEMORY/memory chroniclesync\r\na=id:1\r\na=end\r\n";

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();
  private final FaultyStore storeA = TestStores.inMemory();
  private final FaultyStore storeB = TestStores.inMemory();

  @AfterEach
  void stop() throws Exception {
    for (Fixture node : nodes) {
      node.close();
    }
    until(() -> Fixture.threads("chroniclesync-session") == 0);
    until(() -> network.openChannels().isEmpty());
    network.close();
  }

  // --- In the middle ----------------------------------------------------------------------------

  @RepeatedTest(5)
  void whoeverStandsBetweenTwoConnectionsGetsNothingAndIsReported() throws Exception {
    storeA.merge(Batch.of(visits("a", 1_000)));
    storeB.merge(Batch.of(visits("b", 1_000)));
    Set<Entry> ofA = entries(storeA);
    Set<Entry> ofB = entries(storeB);
    ConcurrentLinkedQueue<Frame> seen = new ConcurrentLinkedQueue<>();
    network.middle(
        passage -> {
          seen.add(passage.frame());
          passage.go();
        });
    network.split(true);
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(() -> said(a, BETWEEN) && said(b, BETWEEN));
    assertThat(entries(storeA)).isEqualTo(ofA);
    assertThat(entries(storeB)).isEqualTo(ofB);
    assertThat(seen).noneMatch(frame -> text(frame).contains("https://"));
    assertThat(a.status(b).traffic().entriesOut()).isZero();
    assertThat(b.status(a).traffic().entriesOut()).isZero();
    assertThat(a.status(b).node()).isFalse();

    network.split(false);
    untilBothHaveTheUnion(a, b, ofA, ofB);
  }

  @Test
  void whoeverStandsBetweenAndHoldsBackWhatGivesThemAwayIsReportedAllTheSame() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    network.split(true);
    network.middle(
        passage -> {
          if (passage.frame() instanceof Frame.Text) {
            passage.go();
          }
        });
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    // Whoever says it first ends it for both.
    until(() -> said(a, BETWEEN) || said(b, BETWEEN));
    assertThat(entries(storeB)).isEmpty();

    network.split(false);
    network.middle(Passage::go);
    untilBothHaveTheUnion(a, b, entries(storeA));
  }

  /** The way of the frames, of whom the middle does one thing to some. */
  private enum Meddling {
    REPEATS {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) throws Exception {
        passage.go();
        passage.go();
      }
    },
    DROPS {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) {}
    },
    SWAPS {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) throws Exception {
        Frame before = held.remove(passage.from());
        if (before == null) {
          held.put(passage.from(), passage.frame());
        } else {
          passage.go();
          passage.onward().put(before);
        }
      }
    },
    REFLECTS {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) throws Exception {
        passage.back().put(passage.frame());
        passage.go();
      }
    },
    CHANGES {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) throws Exception {
        byte[] bytes = bytes(passage.frame());
        bytes[RANDOM.nextInt(bytes.length)] ^= (byte) (1 << RANDOM.nextInt(8));
        passage.onward().put(new Frame.Binary(bytes));
      }
    },
    CUTS_SHORT {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) throws Exception {
        byte[] bytes = bytes(passage.frame());
        byte[] part = Arrays.copyOf(bytes, RANDOM.nextInt(bytes.length));
        passage.onward().put(new Frame.Binary(part));
      }
    },
    INSERTS_NOISE {
      @Override
      void with(Passage passage, Map<PeerId, Frame> held) throws Exception {
        byte[] noise = new byte[RANDOM.nextInt(262_144)];
        RANDOM.nextBytes(noise);
        passage.onward().put(new Frame.Binary(noise));
        passage.go();
      }
    };

    static final Random RANDOM = new Random();

    abstract void with(Passage passage, Map<PeerId, Frame> held) throws Exception;

    private static byte[] bytes(Frame frame) {
      return ((Frame.Binary) frame).bytes().clone();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDoneToFramesIsSeenAndCostsTimeOnly(Meddling meddling) throws Exception {
    storeA.merge(Batch.of(visits("a", 5_000)));
    storeB.merge(Batch.of(visits("b", 5_000)));
    Set<Entry> ofA = entries(storeA);
    Set<Entry> ofB = entries(storeB);
    AtomicInteger frames = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    int every = 5 + Meddling.RANDOM.nextInt(10);
    Map<PeerId, Frame> held = new ConcurrentHashMap<>();
    network.middle(
        passage -> {
          boolean chosen =
              frames.incrementAndGet() % every == 0 || held.containsKey(passage.from());
          if (passage.frame() instanceof Frame.Binary && chosen && done.get() < 20) {
            done.incrementAndGet();
            meddle(meddling, passage, held);
          } else {
            passage.go();
          }
        });
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(() -> done.get() >= 20);
    untilBothHaveTheUnion(a, b, ofA, ofB);
    assertThat(said(a, TAMPERED) || said(b, TAMPERED)).as(all(a) + all(b)).isTrue();
  }

  private static void meddle(Meddling meddling, Passage passage, Map<PeerId, Frame> held)
      throws ChannelClosedException, InterruptedException {
    try {
      meddling.with(passage, held);
    } catch (ChannelClosedException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // --- Yesterday's ------------------------------------------------------------------------------

  @Test
  void yesterdaysGreetingLeadsToNoSession() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA);
    Deque<Frame> yesterdays = new ConcurrentLinkedDeque<>();
    network.middle(
        passage -> {
          if (passage.from().equals(a.id)) {
            yesterdays.add(passage.frame());
          }
          passage.go();
        });
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    network.middle(
        passage -> {
          boolean greets = passage.from().equals(a.id) && passage.frame() instanceof Frame.Text;
          passage.onward().put(greets ? yesterdays.getFirst() : passage.frame());
        });
    network.cut(new Random());

    until(() -> said(a, BETWEEN) || said(b, BETWEEN));
    a.node.merge(Batch.of(visits("later", 10)));
    assertThat(entries(storeB)).hasSize(100);

    network.middle(Passage::go);
    untilBothHaveTheUnion(a, b, entries(storeA));
  }

  @Test
  void yesterdaysFramesOpenNothingToday() throws Exception {
    Entry visit = visits("a", 1).get(0);
    storeA.merge(Batch.of(List.of(visit)));
    Fixture a = node("a", storeA);
    ConcurrentLinkedQueue<Frame> yesterdays = new ConcurrentLinkedQueue<>();
    Deque<Way> toB = new ConcurrentLinkedDeque<>();
    network.middle(
        passage -> {
          if (passage.from().equals(a.id)) {
            yesterdays.add(passage.frame());
            toB.add(passage.onward());
          }
          passage.go();
        });
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    a.node.merge(Batch.of(List.of(visit.tombstone(visit.lastModifiedMillis() + 1))));
    until(
        () ->
            entries(storeB).equals(entries(storeA))
                && entries(storeB).stream().allMatch(Entry::deleted));
    List<Frame> recorded = List.copyOf(yesterdays);

    for (Frame frame : recorded) {
      until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
      long refused = b.status(a).traffic().refused();
      toB.getLast().put(frame);
      until(() -> b.status(a).traffic().refused() > refused);
    }

    assertThat(recorded).hasSizeGreaterThan(5);
    assertThat(said(b, TAMPERED)).isTrue();
    untilBothHaveTheUnion(a, b, entries(storeA));
    assertThat(entries(storeB)).allMatch(Entry::deleted);
  }

  @Test
  void whatAClientOfVersion1SaidYesterdayDoesNotCountInASessionOfNodes() throws Exception {
    Fixture a = node("a", storeA);
    Frame yesterdays =
        LegacyPeer.frame(a.named("A", "secret"), new Payload.History(visits("old", 5), null, 0));
    AtomicInteger put = new AtomicInteger();
    network.middle(
        passage -> {
          if (put.incrementAndGet() < 20) {
            passage.onward().put(yesterdays);
          }
          passage.go();
        });

    Fixture b = node("b", storeB);

    until(() -> put.get() >= 20);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeA)).isEmpty();
    assertThat(entries(storeB)).isEmpty();
    assertThat(said(a, "refused") || said(b, "refused")).isTrue();
  }

  @Test
  void signalsThatArePlayedBackDisturbNoSession() throws Exception {
    ConcurrentLinkedQueue<DiscoveryEvent.Signalled> ofA = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<DiscoveryEvent.Signalled> ofB = new ConcurrentLinkedQueue<>();
    Fixture a = node("a", storeA);
    network.carrier(
        delivery -> {
          (delivery.from().equals(a.id) ? ofA : ofB)
              .add(new DiscoveryEvent.Signalled(delivery.from(), delivery.signal()));
          delivery.go();
        });
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    for (int i = 0; i < 50; i++) {
      ofA.forEach(event -> network.tell(b.id, event));
      ofB.forEach(event -> network.tell(a.id, event));
      // Back to where they came from, in the name of the other.
      ofA.forEach(event -> network.tell(a.id, new DiscoveryEvent.Signalled(b.id, event.signal())));
    }

    a.node.merge(Batch.of(visits("a", 10)));
    b.node.merge(Batch.of(visits("b", 10)));
    untilBothHaveTheUnion(a, b, Set.copyOf(visits("a", 10)), Set.copyOf(visits("b", 10)));
    assertThat(said(a, NOT_SEALED)).isTrue();
  }

  @Test
  void yesterdaysAnswersKeepNoDeviceThatIsKnownFromBeingOfferedTo() throws Exception {
    ConcurrentLinkedQueue<DiscoveryEvent.Signalled> ofB = new ConcurrentLinkedQueue<>();
    Fixture a = node("a", storeA);
    network.carrier(
        delivery -> {
          if (delivery.from().value().equals(PeerId.ofNode("b").value())) {
            ofB.add(new DiscoveryEvent.Signalled(delivery.from(), delivery.signal()));
          }
          delivery.go();
        });
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    nodes.remove(b);
    b.close();
    nodes.remove(a);
    a.close();

    // The service tells of nobody, and what it plays back is the first that is heard of the device.
    network.introducing(false);
    AtomicBoolean offered = new AtomicBoolean();
    network.carrier(delivery -> offered.set(true));
    Fixture today = node("a", storeA);
    until(() -> isJoined(today));
    until(
        () -> {
          ofB.forEach(event -> network.tell(today.id, event));
          return offered.get();
        });
  }

  // --- Lies about peers -------------------------------------------------------------------------

  @Test
  void aNodeUnderTheNameOfAnotherIsRefused() throws Exception {
    network.introducing(false);
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    PeerId carol = PeerId.ofNode("carol");
    PeerId dave = PeerId.ofNode("dave");
    introduce(a, carol, b, dave);

    until(() -> said(a, NOT_SEALED) || said(b, NOT_SEALED));
    assertThat(entries(storeB)).isEmpty();
    assertThat(a.knows(b)).isFalse();

    honestAgain(a, b);
    untilBothHaveTheUnion(a, b, entries(storeA));
  }

  @Test
  void nodesThatAreMadeToTakeEachOtherForPhonesSayNothing() throws Exception {
    network.introducing(false);
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    introduce(a, new PeerId("phone-1"), b, new PeerId("phone-2"));

    until(() -> said(a, OTHER_NAME) && said(b, OTHER_NAME));
    assertThat(entries(storeB)).isEmpty();

    honestAgain(a, b);
    untilBothHaveTheUnion(a, b, entries(storeA));
  }

  /** Lets each take the other for somebody else, and carries their signals so that it fits. */
  private void introduce(Fixture a, PeerId asB, Fixture b, PeerId asA) {
    until(() -> isJoined(a) && isJoined(b));
    network.carrier(
        delivery -> {
          boolean ofA = delivery.from().equals(a.id);
          delivery.readdressed(ofA ? asA : asB, ofA ? b.id : a.id).go();
        });
    network.tell(a.id, new DiscoveryEvent.PeerSeen(asB));
    network.tell(b.id, new DiscoveryEvent.PeerSeen(asA));
  }

  private void honestAgain(Fixture a, Fixture b) {
    network.carrier(Delivery::go);
    network.tell(a.id, new DiscoveryEvent.PeerSeen(b.id));
    network.tell(b.id, new DiscoveryEvent.PeerSeen(a.id));
  }

  /** It has the words, and another device's name. */
  @Test
  void noDeviceOfTheAccountPassesForAnotherInSignals() throws Exception {
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA);
    Fixture b = unstarted("b", storeB);
    PeerId other = PeerId.ofNode("other");
    b.swap(withCredentials(b.identity(), TestDevice.of(other)));
    b.start();

    until(() -> a.knows(b) && a.stateOf(b) instanceof PeerState.Refused);
    assertThat(entries(storeB)).isEmpty();
  }

  @Test
  void noDeviceOfTheAccountPassesForAnotherInASession() throws Exception {
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA);
    Fixture b = unstarted("b", storeB);
    b.swap(withCredentials(b.identity(), new ForeignGreeting(TestDevice.of(b.id))));
    b.start();

    until(() -> said(a, "it does not prove that the name that it bears is its own"));
    assertThat(entries(storeB)).isEmpty();
    assertThat(a.node.devices()).isEmpty();
  }

  private static Identity withCredentials(Identity identity, Credentials credentials) {
    return (Identity)
        Proxy.newProxyInstance(
            Identity.class.getClassLoader(),
            new Class<?>[] {Identity.class},
            (proxy, method, args) ->
                method.getName().equals("credentials")
                    ? credentials
                    : method.invoke(identity, args));
  }

  /** Signs greetings by the key of another device. */
  private record ForeignGreeting(Credentials own) implements Credentials {
    @Override
    public PeerId peer() {
      return own.peer();
    }

    @Override
    public byte[] key() {
      return own.key();
    }

    @Override
    public byte[] sign(byte[] statement) {
      boolean greeting = new String(statement, US_ASCII).contains("chroniclesync v2 greeting");
      return (greeting ? TestDevice.of(PeerId.ofNode("other")) : own).sign(statement);
    }

    @Override
    public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
      return own.signAsMember(room, statement);
    }
  }

  @Test
  void whoIsSaidToHaveLeftStays() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    network.tell(a.id, new DiscoveryEvent.PeerGone(b.id));
    network.tell(b.id, new DiscoveryEvent.PeerGone(a.id));
    a.node.merge(Batch.of(visits("a", 10)));

    untilBothHaveTheUnion(a, b, entries(storeA));
    network.cut(new Random());
    until(() -> a.stateOf(b) instanceof PeerState.Gone);
    b.node.merge(Batch.of(visits("b", 10)));
    honestAgain(a, b);
    untilBothHaveTheUnion(a, b, entries(storeA), entries(storeB));
  }

  @Test
  void peersThatDoNotExistTakeNoMoreThanTheirRoom() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    for (int i = 0; i < 10_000; i++) {
      network.tell(a.id, new DiscoveryEvent.PeerSeen(PeerId.ofNode("ghost-" + i)));
      network.tell(a.id, new DiscoveryEvent.PeerSeen(new PeerId("ghost-" + i)));
    }

    until(() -> said(a, "further ones are ignored"));
    // In each of the two rooms.
    assertThat(a.node.status().peers()).hasSizeBetween(64, 128);
    a.node.merge(Batch.of(visits("a", 10)));
    untilBothHaveTheUnion(a, b, entries(storeA));
    for (int i = 0; i < 10_000; i++) {
      network.tell(a.id, new DiscoveryEvent.PeerGone(PeerId.ofNode("ghost-" + i)));
      network.tell(a.id, new DiscoveryEvent.PeerGone(new PeerId("ghost-" + i)));
    }
    FaultyStore storeC = TestStores.inMemory();
    Fixture c = node("c", storeC);
    until(() -> a.isInSyncWith(c) && entries(storeC).equals(entries(storeA)));
  }

  /** What is told to somebody who may be anybody: that there is a node, and nothing else. */
  @Test
  void withoutVersion1NothingUnsealedIsSentOrAnswered() throws Exception {
    Fixture a = node("a", storeA, Map.of("legacy", "deny"));
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    Set<PeerId> told = ConcurrentHashMap.newKeySet();
    network.carrier(
        delivery -> {
          if (delivery.from().equals(a.id)) {
            told.add(delivery.to());
          }
          delivery.go();
        });
    AtomicInteger asked = new AtomicInteger();
    a.transport().beforeLink(asked::incrementAndGet);

    for (int i = 0; i < 20; i++) {
      PeerId phone = new PeerId("phone-" + i);
      network.tell(a.id, new DiscoveryEvent.PeerSeen(phone));
      network.tell(a.id, new DiscoveryEvent.Signalled(phone, new Signal.Offer("made up", false)));
    }

    until(() -> said(a, "because legacy of org.chroniclesync.core is deny"));
    a.node.merge(Batch.of(visits("a", 10)));
    untilBothHaveTheUnion(a, b, entries(storeA));
    assertThat(a.node.status().peers()).hasSize(1);
    assertThat(told).isSubsetOf(b.id);
    assertThat(asked).hasValue(0);
  }

  @Test
  void madeUpClientsGetFewOffersAtOnceAndDoNotKeepOutATrueOne() throws Exception {
    Fixture a = node("a", storeA, Map.of("offerGraceMillis", 0L));
    until(() -> isJoined(a));
    Set<PeerId> told = ConcurrentHashMap.newKeySet();
    network.carrier(
        delivery -> {
          if (delivery.to().value().startsWith("ghost")) {
            told.add(delivery.to());
          }
          delivery.go();
        });

    for (int i = 0; i < 63; i++) {
      network.tell(a.id, new DiscoveryEvent.PeerSeen(new PeerId("ghost-" + i)));
    }
    until(() -> told.size() == 4);
    Fixture b = node("b", storeB);
    untilBothHaveTheUnion(a, b, entries(storeA));

    long over =
        a.node.status().peers().stream()
            .filter(peer -> peer.state() instanceof PeerState.Unreachable)
            .count();
    assertThat(told).hasSizeLessThanOrEqualTo(4 + (int) over);
  }

  /** A carrier that plays back yesterday's signals before it is somebody's turn. */
  @ParameterizedTest
  @ValueSource(strings = {YESTERDAY, "of no transport"})
  void whatLeadsNowhereKeepsNobodyFromOffering(String sdp) throws Exception {
    Fixture a = node("a", storeA, Map.of("offerGraceMillis", 0L));
    until(() -> isJoined(a));
    PeerId phone = new PeerId("phone");
    Set<Class<?>> told = ConcurrentHashMap.newKeySet();
    network.carrier(delivery -> told.add(delivery.signal().getClass()));

    until(
        () -> {
          network.tell(a.id, new DiscoveryEvent.Signalled(phone, new Signal.Answer(sdp)));
          return told.contains(Signal.Offer.class);
        });
  }

  @Test
  void aServiceFullOfGhostsLeavesRoomForAnother() throws Exception {
    network.introducing(false);
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> isJoined(a) && isJoined(b));
    for (Fixture node : nodes) {
      for (int i = 0; i < 100; i++) {
        network.tell(node.id, new DiscoveryEvent.PeerSeen(PeerId.ofNode("ghost-" + i)));
      }
      until(() -> said(node, "further ones are ignored"));
    }

    MemoryNetwork other = new MemoryNetwork();
    a.add(other.discovery(), "other");
    b.add(other.discovery(), "other");

    untilBothHaveTheUnion(a, b, entries(storeA));
  }

  @Test
  void aFloodWaitsForTheNodeAndDrivesOutNothingOfItsOwn() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    network.carrier(
        delivery -> {
          if (delivery.from().equals(a.id) && !delivery.to().equals(b.id)) {
            busy.countDown();
            awaitUninterruptibly(free);
          }
          delivery.go();
        });
    network.tell(a.id, new DiscoveryEvent.PeerSeen(PeerId.ofNode("ghost")));
    busy.await();

    AtomicInteger told = new AtomicInteger();
    Thread flood =
        new Thread(
            () -> {
              while (told.getAndIncrement() < 50_000) {
                network.tell(a.id, new DiscoveryEvent.PeerSeen(new PeerId("ghost-" + told)));
              }
            });
    flood.start();
    until(() -> flood.getState() == Thread.State.WAITING);
    assertThat(told.get()).isLessThan(1_000);
    // That the session ended is news that the node tells itself meanwhile.
    network.cut(new Random());
    a.node.merge(Batch.of(visits("a", 10)));
    free.countDown();
    flood.join();

    untilBothHaveTheUnion(a, b, entries(storeA));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // --- Version 1 --------------------------------------------------------------------------------

  @Test
  void betweenVersion1WhoeverStandsThereIsNotNoticed() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    ConcurrentLinkedQueue<Frame> seen = new ConcurrentLinkedQueue<>();
    network.split(true);
    network.middle(
        passage -> {
          seen.add(passage.frame());
          passage.go();
        });
    Fixture a = node("a", storeA);
    try (LegacyPeer phone =
        new LegacyPeer(network, "phone", a.named("A", "secret"), visits("phone", 5))) {
      until(() -> phone.entries.size() == 100 && entries(storeA).size() == 105);
      until(() -> a.node.status().peers().get(0).state() instanceof PeerState.InSync);
    }
    assertThat(seen).hasSizeGreaterThan(3);
    assertThat(a.node.status().failures()).isEmpty();
  }

  /** Not as it should be, but as version 1 is. */
  @Test
  void whatIsLeftOutOfVersion1IsTakenForDelivered() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    network.middle(
        passage -> {
          boolean history = text(passage.frame()).contains("https://");
          if (!history || !passage.from().isNode()) {
            passage.go();
          }
        });
    Fixture a = node("a", storeA);
    try (LegacyPeer phone = new LegacyPeer(network, "phone", a.named("A", "secret"), List.of())) {
      until(
          () ->
              a.node.status().peers().stream()
                  .anyMatch(peer -> peer.state() instanceof PeerState.InSync));
      assertThat(phone.entries).isEmpty();
    }
    assertThat(a.node.status().failures()).isEmpty();
  }

  @Test
  void whatIsPlayedBackToVersion1LosesAgainstWhatIsNewer() throws Exception {
    Entry visit = visits("phone", 1).get(0);
    Entry deleted = visit.tombstone(visit.lastModifiedMillis() + 1);
    ConcurrentLinkedQueue<Frame> ofPhone = new ConcurrentLinkedQueue<>();
    Deque<Way> toA = new ConcurrentLinkedDeque<>();
    Fixture a = node("a", storeA);
    network.middle(
        passage -> {
          if (!passage.from().isNode()) {
            ofPhone.add(passage.frame());
            toA.add(passage.onward());
          }
          passage.go();
        });
    try (LegacyPeer phone =
        new LegacyPeer(network, "phone", a.named("A", "secret"), List.of(visit))) {
      until(() -> entries(storeA).contains(visit));
      phone.send(new Payload.History(List.of(deleted), null, 0));
      until(() -> entries(storeA).contains(deleted));
      List<Frame> shuffled = new ArrayList<>(ofPhone);
      Collections.shuffle(shuffled);
      long before = traffic(a);
      for (Frame frame : shuffled) {
        toA.getLast().put(frame);
      }
      // Each history message is counted when it has been dealt with.
      until(() -> traffic(a) == before + 2);
      assertThat(entries(storeA)).containsExactly(deleted);
    }
  }

  private static long traffic(Fixture node) {
    return node.node.status().peers().get(0).traffic().entriesIn();
  }

  // ----------------------------------------------------------------------------------------------

  @SafeVarargs
  private void untilBothHaveTheUnion(Fixture a, Fixture b, Set<Entry>... parts) {
    Set<Entry> union = new LinkedHashSet<>();
    for (Set<Entry> part : parts) {
      union.addAll(part);
    }
    until(() -> entries(storeA).equals(union) && entries(storeB).equals(union));
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
  }

  private static boolean said(Fixture node, String what) {
    return all(node).contains(what);
  }

  private static String all(Fixture node) {
    return node.node.status().failures().stream().map(NodeStatus.Failure::what).toList().toString();
  }

  private static String text(Frame frame) {
    return frame instanceof Frame.Binary binary
        ? new String(binary.bytes(), StandardCharsets.ISO_8859_1)
        : ((Frame.Text) frame).text();
  }

  private static boolean isJoined(Fixture node) {
    return node.node.status().discoveries().stream()
        .allMatch(discovery -> discovery.state() instanceof DiscoveryState.Joined);
  }

  private Fixture node(String name, FaultyStore store, Map<String, Object> settings) {
    Fixture node = new Fixture(network, name, store, Clock.systemUTC(), settings).start();
    nodes.add(node);
    return node;
  }

  private Fixture node(String name, FaultyStore store) {
    return unstarted(name, store).start();
  }

  private Fixture unstarted(String name, FaultyStore store) {
    Fixture node = new Fixture(network, name, "secret", store);
    nodes.add(node);
    return node;
  }

  private void until(Callable<Boolean> condition) {
    try {
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          nodes.stream().map(node -> node.node.status()).toList().toString(), e);
    }
  }
}
