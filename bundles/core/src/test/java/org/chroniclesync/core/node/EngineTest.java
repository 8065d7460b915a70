// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.after;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.core.TestStores.full;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.store.StoreMarks;
import org.chroniclesync.handler.standard.HistoryHandler;
import org.chroniclesync.handler.standard.SyncRequestHandler;
import org.chroniclesync.handler.standard.SyncResponseHandler;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes in one process: whatever happens between them, they end with the same history. */
@Timeout(600)
class EngineTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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

  @Test
  void bothEndWithTheUnion() throws Exception {
    storeA.merge(Batch.of(visits("a", 3_000)));
    storeB.merge(Batch.of(visits("b", 2_000)));

    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeA)).hasSize(5_000).isEqualTo(entries(storeB));
  }

  @Test
  void nothingIsSentBackToWhereItCameFrom() throws Exception {
    storeA.merge(Batch.of(visits("a", 3_000)));

    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeB)).hasSize(3_000);
    assertThat(b.status(a).traffic().entriesOut()).isZero();
    assertThat(a.status(b).traffic().entriesOut()).isEqualTo(3_000);
  }

  @Test
  void whatIsRecordedLaterArrivesToo() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    Entry visit = visits("a", 1).get(0);
    a.node.merge(Batch.of(List.of(visit)));
    until(() -> entries(storeB).contains(visit));

    Entry deleted = visit.tombstone(visit.lastModifiedMillis() + 1);
    b.node.merge(Batch.of(List.of(deleted)));
    until(() -> entries(storeA).contains(deleted));
  }

  @Test
  void whatIsRecordedNowDoesNotWaitForWhatIsOlder() throws Exception {
    for (int i = 0; i < 6; i++) {
      storeA.merge(Batch.of(visits("old" + i, 5_000)));
    }
    Semaphore merges = new Semaphore(1);
    storeB.dials().merge().does(after(merges::acquireUninterruptibly));
    Fixture a = narrow("a", storeA);
    Fixture b = narrow("b", storeB);
    try {
      until(
          () -> {
            letOneThrough(merges);
            return !entries(storeB).isEmpty();
          });

      Entry visit = visits("now", 1).get(0);
      a.node.merge(Batch.of(List.of(visit)));
      until(
          () -> {
            letOneThrough(merges);
            return entries(storeB).contains(visit);
          });
      assertThat(entries(storeB)).hasSizeLessThan(22_000);
    } finally {
      merges.release(Integer.MAX_VALUE / 2);
    }
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeB)).hasSize(30_001).isEqualTo(entries(storeA));
  }

  private static void letOneThrough(Semaphore merges) {
    if (merges.availablePermits() == 0) {
      merges.release();
    }
  }

  /** Where the other side is fast, its answer is here before the call returns that sent. */
  @Test
  void anAcknowledgementThatComesEarlyIsNoWishToBeginAnew() throws Exception {
    // A comparison, when it is over, is such a wish.
    holdsComparisonOver(storeA, storeB);
    holdsComparisonOver(storeB, storeA);
    Fixture a = node("a", storeA);
    Fixture b = new Fixture(network, "b", "secret", storeB);
    MessageHandler answered = new SyncResponseHandler();
    Map<Session, Integer> answers = new ConcurrentHashMap<>();
    b.add(
        Payload.SyncResponse.TYPE,
        (session, message) -> {
          answers.merge(session, 1, Integer::sum);
          answered.handle(session, message);
        });
    nodes.add(b.start());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    Semaphore acknowledged = new Semaphore(0);
    a.add(Payload.SyncRequest.TYPE, then(new SyncRequestHandler(), acknowledged::release));
    AtomicInteger early = new AtomicInteger();
    network.middle(
        passage -> {
          passage.go();
          if (Thread.currentThread().getName().equals("chroniclesync-session-sender")
              && a.id.equals(passage.from())
              && acknowledged.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            early.incrementAndGet();
          }
        });

    int visited = 0;
    for (Entry visit : visits("a", 10)) {
      int soFar = ++visited;
      a.node.merge(Batch.of(List.of(visit)));
      until(() -> early.get() >= soFar && entries(storeB).contains(visit));
    }

    // To the question that a session begins with; a busy machine may see a second session.
    assertThat(answers.values()).isNotEmpty().containsOnly(1);
  }

  private static void holdsComparisonOver(FaultyStore store, FaultyStore with) throws Exception {
    String now = Long.toString(System.currentTimeMillis());
    Map<String, String> marks = Map.of(StoreMarks.compared(with.state().feed()), now);
    store.merge(new Batch(List.of(), null, marks));
  }

  private static MessageHandler then(MessageHandler first, Runnable next) {
    return (session, message) -> {
      first.handle(session, message);
      next.run();
    };
  }

  @Test
  void threeNodesEndEqual() throws Exception {
    FaultyStore storeC = TestStores.inMemory();
    storeA.merge(Batch.of(visits("a", 700)));
    storeB.merge(Batch.of(visits("b", 700)));
    storeC.merge(Batch.of(visits("c", 700)));

    node("a", storeA);
    node("b", storeB);
    node("c", storeC);

    until(() -> entries(storeA).size() == 2_100);
    until(() -> entries(storeB).equals(entries(storeA)));
    until(() -> entries(storeC).equals(entries(storeA)));
  }

  @RepeatedTest(5)
  void linesThatAreCutCostTimeOnly() throws Exception {
    Random random = new Random();
    storeA.merge(Batch.of(visits("a", 5_000)));
    storeB.merge(Batch.of(visits("b", 5_000)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    AtomicInteger frames = new AtomicInteger();
    int every = 3 + random.nextInt(20);
    network.middle(
        passage -> {
          if (frames.incrementAndGet() % every == 0 && frames.get() < 40 * every) {
            network.cut(random);
          }
          passage.go();
        });

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeA)).hasSize(10_000).isEqualTo(entries(storeB));
  }

  /** Each signal finds that somebody has just asked to connect again. */
  @Test
  void whoAsksToConnectAgainDoesNotGiveUpAnAttempt() throws Exception {
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    network.carrier(
        delivery -> {
          a.node.syncNow();
          b.node.syncNow();
          delivery.go();
        });

    until(() -> entries(storeB).size() == 10);
  }

  @RepeatedTest(5)
  void framesThatVanishLeaveNoHole() throws Exception {
    Random random = new Random();
    storeA.merge(Batch.of(visits("a", 3_000)));
    AtomicInteger frames = new AtomicInteger();
    network.middle(
        passage -> {
          if (frames.incrementAndGet() < 12 || random.nextInt(10) > 0) {
            passage.go();
          }
        });
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(
        () -> {
          a.node.syncNow();
          b.node.syncNow();
          return entries(storeB).size() == 3_000;
        });
    assertThat(entries(storeB)).isEqualTo(entries(storeA));
  }

  @RepeatedTest(5)
  void anEmptyStoreThatTakesOverIsFilledByThePeer() throws Exception {
    storeA.merge(Batch.of(visits("a", 3_000)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    FaultyStore next = TestStores.inMemory();
    b.swap(next);
    storeB.close();

    until(() -> entries(next).equals(entries(storeA)));
    b.node.merge(Batch.of(visits("b", 10)));
    until(() -> entries(storeA).size() == 3_010);
  }

  @RepeatedTest(5)
  void aBetterStoreIsFilledAndThenUsed() throws Exception {
    storeA.merge(Batch.of(visits("a", 5_000)));
    Fixture a = node("a", storeA);
    FaultyStore better = TestStores.inMemory();

    a.add(better);
    a.node.merge(Batch.of(visits("late", 10)));
    until(() -> a.uses(better));
    assertThat(entries(better)).hasSize(5_010).isEqualTo(entries(storeA));

    // The one before stands by, and follows again when the better one leaves.
    a.node.merge(Batch.of(visits("later", 10)));
    a.remove(better);
    better.close();
    assertThat(a.uses(storeA)).isTrue();
    assertThat(entries(storeA)).hasSize(5_020);
  }

  @Test
  void aBetterStoreIsUsedAlthoughThereIsAlwaysMoreToCopy() throws Exception {
    storeA.merge(Batch.of(visits("a", 5_000)));
    Fixture a = node("a", storeA);
    FaultyStore better = TestStores.inMemory();
    AtomicInteger more = new AtomicInteger();
    better.dials().merge().does(after(() -> mergeOne(storeA, "more" + more.incrementAndGet())));

    a.add(better);

    until(() -> a.uses(better));
  }

  private static void mergeOne(FaultyStore store, String name) {
    try {
      store.merge(Batch.of(visits(name, 1)));
    } catch (StorageException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDeviceThatHasProvedItselfIsKnownForEver() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    until(() -> a.node.devices().stream().anyMatch(device -> !device.name().isEmpty()));
    KnownDevice seen = a.node.devices().get(0);
    assertThat(seen.peer()).isEqualTo(b.id);
    assertThat(seen.node()).isTrue();
    assertThat(seen.name()).contains("ChronicleSync node");
    until(() -> storeA.marks().values().stream().anyMatch(mark -> mark.endsWith(seen.name())));

    MemoryNetwork nobody = new MemoryNetwork();
    Fixture again = new Fixture(nobody, "a", "secret", storeA).start();
    nodes.add(again);

    until(() -> !again.node.devices().isEmpty());
    KnownDevice known = again.node.devices().get(0);
    assertThat(known.peer()).isEqualTo(b.id);
    assertThat(known.firstSeen().toEpochMilli()).isEqualTo(seen.firstSeen().toEpochMilli());
  }

  @Test
  void aStoreThatTakesOverKnowsHowFarPeersWereRead() throws Exception {
    storeA.merge(Batch.of(visits("a", 3_000)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> b.isInSyncWith(a) && a.isInSyncWith(b));

    FaultyStore next = TestStores.inMemory();
    b.add(next);
    until(() -> b.uses(next));
    until(() -> b.isInSyncWith(a) && a.isInSyncWith(b));

    assertThat(entries(next)).hasSize(3_000);
    assertThat(b.status(a).traffic().entriesIn()).isEqualTo(3_000);
    assertThat(b.node.status().storages().get(0).role())
        .isEqualTo(new StorageStatus.Role.InUse("memory"));
    StorageStatus.Role filled = new StorageStatus.Role.StandingBy(0);
    until(() -> b.node.status().storages().get(1).role().equals(filled));
  }

  @Test
  void whatWouldBeForgottenIsNotAcknowledged() throws Exception {
    Fixture a = node("a", storeA);
    FaultyStore forgetful = TestStores.inMemory();
    Fixture b = node("b", storeB);
    until(() -> b.isInSyncWith(a) && a.isInSyncWith(b));
    b.addVolatile(forgetful);
    b.remove(storeB);

    a.node.merge(Batch.of(visits("a", 10)));

    until(() -> b.troubles().contains("forgets"));
    assertThat(entries(forgetful)).isEmpty();
    until(() -> a.stateOf(b) instanceof PeerState.Syncing);
    b.add(storeB);
    until(() -> entries(storeB).size() == 10);
    until(() -> a.isInSyncWith(b));
    assertThat(b.troubles()).isEmpty();
  }

  @Test
  void aStoreThatCannotBeFilledIsNotUsed() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    FaultyStore broken = TestStores.inMemory();
    broken.dials().merge().does(full(Integer.MAX_VALUE));
    Fixture a = node("a", storeA);

    a.add(broken);
    until(
        () ->
            a.node.status().failures().stream()
                .anyMatch(failure -> failure.what().contains("could not be filled")));
    a.node.merge(Batch.of(visits("late", 10)));

    assertThat(entries(storeA)).hasSize(110);
    assertThat(a.uses(storeA)).isTrue();
  }

  @RepeatedTest(5)
  void storesAreSwappedToAndFroUnderLoad() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    Load load = new Load(b);
    for (int i = 0; i < 10; i++) {
      FaultyStore next = TestStores.inMemory();
      b.add(next);
      until(() -> b.uses(next));
    }
    int merged = load.stop();

    until(() -> entries(storeA).size() == merged);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
  }

  @RepeatedTest(5)
  void handlersAndCodecsAreSwappedUnderLoad() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    Load load = new Load(a);
    // Else all may be swapped before the two have met.
    until(() -> storeB.state().entries() > 0);
    MessageHandler handler = b.history;
    for (int i = 0; i < 20; i++) {
      // For a moment there is none, as when a bundle is updated.
      b.remove(handler);
      handler = new HistoryHandler();
      b.add("history", handler);
      MessageCodec codec = new JacksonMessageCodec();
      b.addCodec(codec);
      if (i % 2 == 0) {
        b.removeCodec(codec);
      }
    }
    int merged = load.stop();

    until(() -> entries(storeB).size() == merged);
    assertThat(entries(storeB)).isEqualTo(entries(storeA));
    assertThat(b.status(a).traffic().ignored()).isZero();
    assertThat(b.status(a).traffic().refused()).isZero();
  }

  @Test
  void theNextTransportIsTriedWhereTheBestDoesNotGetThrough() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA, network.transport(), blocked());
    Fixture b = node("b", storeB, network.transport(), blocked());

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(a.status(b).transport()).isEqualTo("memory");
    assertThat(a.node.status().failures())
        .anyMatch(failure -> failure.what().contains("by rail: rail is blocked"));
    String note = "rail did not get through: rail is blocked; using memory";
    // Who offers first has met the block; the other one may have only been called.
    assertThat(Arrays.asList(a.status(b).transportNote(), b.status(a).transportNote()))
        .contains(note)
        .doesNotContainNull();
    assertThat(entries(storeB)).hasSize(100);
  }

  private MemoryTransport blocked() {
    MemoryTransport rail = network.transport("rail");
    rail.block(true);
    return rail;
  }

  @Test
  void nodesMeetOnTheTransportThatBothHave() throws Exception {
    Fixture a = node("a", storeA, network.transport(), network.transport("rail"));
    Fixture b = node("b", storeB);
    FaultyStore storeC = TestStores.inMemory();
    Fixture c = node("c", storeC, network.transport(), network.transport("rail"));

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(c) && a.isInSyncWith(c));
    assertThat(a.status(b).transport()).isEqualTo("memory");
    assertThat(c.status(b).transport()).isEqualTo("memory");
    assertThat(c.status(a).transport()).isEqualTo("rail");
    assertThat(c.status(a).transportNote()).isNull();
    assertThat(a.status(b).transportNote())
        .isEqualTo("the peer has not connected by rail; using memory");
    assertThat(b.status(a).transportNote()).isNull();
  }

  @RepeatedTest(5)
  void transportsComeAndGoUnderLoad() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    Load load = new Load(a);
    Load other = new Load(b);
    for (int i = 0; i < 5; i++) {
      MemoryTransport ofA = network.transport("rail" + i);
      MemoryTransport ofB = network.transport("rail" + i);
      a.add(ofA);
      b.add(ofB);
      until(() -> isOver(ofA.toString(), a, b) && isOver(ofB.toString(), b, a));
      stop(a, ofA);
      if (i % 2 == 0) {
        stop(b, ofB);
      }
      until(() -> isOver(MemoryNetwork.NAME, a, b) && isOver(MemoryNetwork.NAME, b, a));
      if (i % 2 == 1) {
        stop(b, ofB);
      }
    }
    int merged = load.stop() + other.stop();

    until(() -> entries(storeA).size() == merged && entries(storeB).size() == merged);
    assertThat(entries(storeA)).isEqualTo(entries(storeB));
  }

  private static boolean isOver(String transport, Fixture node, Fixture other) {
    return node.knows(other) && transport.equals(node.status(other).transport());
  }

  private static void stop(Fixture node, MemoryTransport transport) {
    node.remove(transport);
    transport.close();
  }

  /** Visits that go on coming, each acknowledged to whoever made it. */
  private static final class Load {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Integer> merged;

    Load(Fixture node) {
      String name = "load" + NAMES.incrementAndGet();
      merged = CompletableFuture.supplyAsync(() -> run(node, name));
    }

    private int run(Fixture node, String name) {
      try {
        int count = 0;
        // A bound, for the test's memory; the pace, so that it lasts.
        while (!stopped.get() && count < 20_000) {
          node.node.merge(Batch.of(visits(name + "-" + count, 5)));
          count += 5;
          TimeUnit.MICROSECONDS.sleep(200);
        }
        return count;
      } catch (StorageException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    int stop() throws Exception {
      stopped.set(true);
      return merged.get();
    }
  }

  @Test
  void aStoreThatFailsAcknowledgesNothing() throws Exception {
    storeA.merge(Batch.of(visits("a", 2_000)));
    storeB.dials().merge().does(full(3));

    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeB)).isEqualTo(entries(storeA));
    assertThat(b.node.status().failures())
        .anyMatch(failure -> failure.what().contains("The disk is full."));
  }

  @Test
  void anErrorInAHandlerEndsOneSessionAndIsSaid() throws Exception {
    storeA.merge(Batch.of(visits("a", 2_000)));
    Fixture a = node("a", storeA);
    Fixture b = new Fixture(network, "b", "secret", storeB);
    MessageHandler handler = new SyncResponseHandler();
    AtomicBoolean healthy = new AtomicBoolean();
    b.add(
        "sync-response",
        (session, message) -> {
          if (!healthy.getAndSet(true)) {
            throw new StackOverflowError("of the test");
          }
          handler.handle(session, message);
        });
    nodes.add(b.start());

    untilEqualAfterAnError(a, b);
  }

  @Test
  void anErrorInTheCodecEndsOneSessionAndIsSaid() throws Exception {
    storeA.merge(Batch.of(visits("a", 2_000)));
    Fixture a = node("a", storeA);
    Fixture b = new Fixture(network, "b", "secret", storeB);
    // The first record is still read by the thread that greets, those after it are read ahead.
    b.addCodec(failingOnceAt(3, "unpack"));
    nodes.add(b.start());

    untilEqualAfterAnError(a, b);
  }

  private void untilEqualAfterAnError(Fixture a, Fixture b) {
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeB)).hasSize(2_000).isEqualTo(entries(storeA));
    assertThat(b.node.status().failures())
        .anyMatch(failure -> failure.what().endsWith("StackOverflowError: of the test"));
  }

  private static MessageCodec failingOnceAt(int call, String wanted) {
    MessageCodec codec = new JacksonMessageCodec();
    AtomicInteger calls = new AtomicInteger();
    return (MessageCodec)
        Proxy.newProxyInstance(
            MessageCodec.class.getClassLoader(),
            new Class<?>[] {MessageCodec.class},
            (proxy, method, args) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(calls, args);
              }
              if (method.getName().equals(wanted) && calls.incrementAndGet() == call) {
                throw new StackOverflowError("of the test");
              }
              return method.invoke(codec, args);
            });
  }

  @Test
  void anotherMnemonicIsRefusedAndSaidSo() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA);
    Fixture stranger = new Fixture(network, "stranger", "other", storeB).start();
    nodes.add(stranger);

    until(() -> a.knows(stranger) && wasRefused(a));
    assertThat(entries(storeB)).isEmpty();
    assertThat(entries(storeA)).hasSize(100);
  }

  @Test
  void aPeerTellsItsViewOfTheAttempts() throws Exception {
    Fixture a = node("a", storeA, network.transport(), blocked());
    Fixture b = node("b", storeB, network.transport(), blocked());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    PeerView view = a.node.view(b.id);

    assertThat(view).isInstanceOf(PeerView.Told.class);
    List<PeerAttempt> told = ((PeerView.Told) view).attempts();
    assertThat(told).isNotEmpty();
    for (PeerAttempt attempt : told) {
      assertThat(b.node.attempts(a.id))
          .anySatisfy(
              one -> {
                assertThat(one.transport()).isEqualTo(attempt.transport());
                assertThat(one.failure()).isEqualTo(attempt.failure());
                assertThat(one.report().offers()).isEqualTo(attempt.report().offers());
              });
    }
    assertThat(a.node.view(b.id)).as("it was asked just now").isEqualTo(view);
    assertThat(a.isInSyncWith(b) && b.isInSyncWith(a)).isTrue();
  }

  @Test
  void whoIsNotThereIsNotAsked() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b));
    PeerId id = b.id;
    b.close();
    nodes.remove(b);
    until(() -> a.stateOf(b) instanceof PeerState.Gone);
    PeerView nobody = new PeerView.Unasked(PeerView.Unasked.Reason.NO_WAY);
    assertThat(a.node.view(id)).isEqualTo(nobody);
    assertThat(a.node.view(PeerId.ofNode("whoever"))).isEqualTo(nobody);
  }

  @Test
  void aPeerThatLeavesIsGone() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b));

    b.close();
    nodes.remove(b);

    until(() -> a.stateOf(b) instanceof PeerState.Gone);
  }

  @RepeatedTest(5)
  void whoSealsIsReplacedUnderLoadAndNoSessionEnds() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    Load load = new Load(a);
    until(() -> a.isInSyncWith(b));
    for (int i = 0; i < 20; i++) {
      b.swap(b.named("A", "secret"));
      a.withoutIdentity(Thread::yield);
    }
    int merged = load.stop();

    until(() -> entries(storeB).size() == merged);
    assertThat(entries(storeB)).isEqualTo(entries(storeA));
    assertThat(a.node.status().failures()).isEmpty();
    assertThat(b.node.status().failures()).isEmpty();
    assertThat(b.status(a).traffic().refused()).isZero();
  }

  @Test
  void whoGetsAnotherMnemonicLeavesAndMayComeBack() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b));

    b.swap(b.named("B", "other"));

    until(() -> a.stateOf(b) instanceof PeerState.Gone);
    assertThat(b.node.status().peers()).isEmpty();
    storeA.merge(Batch.of(visits("later", 50)));
    assertThat(entries(storeB)).hasSize(100);
    b.swap(b.named("A", "secret"));
    until(() -> entries(storeB).size() == 150);
  }

  @RepeatedTest(5)
  void aNodeThatIsDroppedBeforeItStartsLeavesNobodyBehind() {
    Fixture dropped = new Fixture(network, "dropped", "secret", storeA);

    dropped.drop();

    until(() -> Fixture.threads("chroniclesync") == 0);
  }

  @Test
  void aNodeMeetsNobodyBeforeItStarts() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = new Fixture(network, "b", "secret", storeB);
    nodes.add(b);
    storeB.merge(Batch.of(visits("b", 100)));
    until(() -> a.node.status().self() != null);
    assertThat(a.knows(b)).isFalse();

    b.start();

    until(() -> a.isInSyncWith(b) && entries(storeA).size() == 100);
  }

  private static boolean wasRefused(Fixture node) {
    return node.node.status().failures().stream()
        .anyMatch(failure -> failure.what().contains("it has another mnemonic"));
  }

  private Fixture node(String name, FaultyStore store, Transport... transports) {
    Fixture node = new Fixture(network, name, "secret", store, transports).start();
    nodes.add(node);
    return node;
  }

  private Fixture node(String name, FaultyStore store) {
    return node(name, store, network.transport());
  }

  /** With little on the way at once. */
  private Fixture narrow(String name, FaultyStore store) {
    Fixture node = new Fixture(network, name, store, Clock.systemUTC()).start();
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
