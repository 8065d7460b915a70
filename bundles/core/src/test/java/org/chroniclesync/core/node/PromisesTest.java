// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.covers;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visit;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.store.StoreMarks;
import org.chroniclesync.handler.standard.PingHandler;
import org.chroniclesync.handler.standard.SyncRequestHandler;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.network.FrameFaults;
import org.chroniclesync.testkits.network.Gate;
import org.chroniclesync.testkits.network.MemoryDiscovery;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.chroniclesync.testkits.storage.Hang;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a node promises when its parts misbehave: each costs itself, is said, and nothing else
 * stands still.
 */
@Timeout(600)
class PromisesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();
  private final FaultyStore storeA = TestStores.inMemory();
  private final FaultyStore storeB = TestStores.inMemory();
  private final AtomicLong frames = new AtomicLong();

  @AfterEach
  void stop() throws Exception {
    for (Fixture node : nodes) {
      node.close();
    }
    until(() -> Fixture.threads("chroniclesync-session") == 0);
    until(() -> network.openChannels().isEmpty());
  }

  // --- Sessions ---------------------------------------------------------------------------------

  @Test
  void aStoreThatIsAwayEndsNoSession() throws Exception {
    Fixture a = fixture("a", storeA, QUICK);
    CompletableFuture<Session> atA = captured(a);
    Fixture b = fixture("b", storeB, QUICK);
    CompletableFuture<Session> atB = captured(b);
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    b.takeStore();
    a.node.merge(Batch.of(visits("while it is away", 10)));
    // Four times as many pings as fit into the silence that ends a session.
    untilFramesPass(120);

    assertGoesOn(atA);
    assertGoesOn(atB);
    b.add(storeB);
    until(() -> entries(storeB).size() == 10 && a.isInSyncWith(b));
  }

  @Test
  void aTypeThatLostItsHandlerIsWaitedForOnce() throws Exception {
    Fixture a = fixture("a", storeA, Map.of());
    CompletableFuture<Session> session = captured(a);
    Fixture b = fixture("b", storeB, Map.of());
    b.add("note", (s, message) -> {});
    b.add("other", (s, message) -> {});
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    b.node.status();

    b.removeHandlerOf("note");
    for (int i = 0; i < 36; i++) {
      session.get().send(new Payload.Other("note", "1"));
    }
    a.node.merge(Batch.of(visits("behind them", 1)));

    // As many waits would be three minutes.
    until(() -> entries(storeB).size() == 1);
    until(() -> b.status(a).traffic().ignored() == 36);
  }

  @Test
  void aChannelOfOneFrameIsEnoughInBothDirections() throws Exception {
    network.buffer(1);
    storeA.merge(Batch.of(visits("a", 10_000)));
    storeB.merge(Batch.of(visits("b", 10_000)));
    Fixture a = node("a", storeA, NARROW);
    Fixture b = node("b", storeB, NARROW);

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(entries(storeA)).hasSize(20_000).isEqualTo(entries(storeB));
    assertThat(a.node.status().failures()).isEmpty();
  }

  /**
   * The last session was lost when only one end had noted how far it held the other's feed: it
   * reads on there, and the other, which knows of no position, must not compare meanwhile.
   */
  @RepeatedTest(20)
  void aFeedThatIsReadOnIsNotComparedToo() throws Exception {
    List<Entry> common = visits("common", 500);
    storeA.merge(Batch.of(common));
    FeedId feedOfA = storeA.state().feed();
    storeB.merge(
        new Batch(common, feedOfA, StoreMarks.of(StoreMarks.held(feedOfA), storeA.state().head())));
    storeA.merge(Batch.of(visits("later", 500)));
    Fixture a = node("a", storeA, Map.of());
    Fixture b = node("b", storeB, Map.of());

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    assertThat(entries(storeB)).hasSize(1_000).isEqualTo(entries(storeA));
    assertThat(b.status(a).traffic().entriesIn()).isEqualTo(500);
  }

  /** What a comparison found and a handler, or nobody, dealt with is not taken for held. */
  @Test
  void aComparisonWhoseEntriesWereLostProvesNothing() throws Exception {
    storeA.merge(Batch.of(visits("common", 200)));
    storeB.merge(Batch.of(visits("common", 200)));
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = fixture("a", storeA, Map.of());
    Fixture b = fixture("b", storeB, Map.of());
    AtomicInteger lost = new AtomicInteger();
    b.remove(b.history);
    b.add(
        Payload.History.TYPE,
        (session, message) -> {
          if (message.payload() instanceof Payload.History history
              && history.segment() == null
              && lost.getAndIncrement() == 0) {
            throw new IllegalStateException("once");
          }
          b.history.handle(session, message);
        });
    start(a, b);

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(lost).hasPositiveValue();
    assertThat(entries(storeB)).hasSize(210).isEqualTo(entries(storeA));
  }

  /** Nothing else is sent that would show the hole. */
  @Test
  void theLastMessageOfAFeedThatWasLostIsAskedForAgain() throws Exception {
    Fixture a = fixture("a", storeA, Map.of());
    Fixture b = fixture("b", storeB, Map.of());
    AtomicInteger lost = new AtomicInteger();
    b.remove(b.history);
    b.add(
        Payload.History.TYPE,
        (session, message) -> {
          if (lost.getAndIncrement() == 0) {
            throw new IllegalStateException("once");
          }
          b.history.handle(session, message);
        });
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    a.node.merge(Batch.of(visits("a", 10)));

    until(() -> entries(storeB).size() == 10);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
  }

  /** The peer says once how far it holds the feed; nothing that would follow makes it say more. */
  @Test
  void anAcknowledgementThatNobodyHandledIsHandledLate() throws Exception {
    Fixture a = fixture("a", storeA, Map.of("drainTimeoutMillis", 0L));
    Fixture b = fixture("b", storeB, Map.of());
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    a.removeHandlerOf(Payload.SyncRequest.TYPE);
    a.node.merge(Batch.of(visits("a", 10)));
    until(() -> entries(storeB).size() == 10);
    until(() -> a.status(b).traffic().ignored() > 0);
    assertThat(a.isInSyncWith(b)).isFalse();
    a.add(Payload.SyncRequest.TYPE, new SyncRequestHandler());

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
  }

  @Test
  void anAcknowledgementAtWhichAHandlerFailedIsHandledLate() throws Exception {
    Fixture a = fixture("a", storeA, Map.of());
    SyncRequestHandler sound = new SyncRequestHandler();
    AtomicInteger failures = new AtomicInteger(3);
    a.add(
        Payload.SyncRequest.TYPE,
        (session, message) -> {
          boolean acknowledges =
              message.payload() instanceof Payload.SyncRequest request
                  && request.position() != null
                  && request.position().after() >= 10;
          if (acknowledges && failures.getAndDecrement() > 0) {
            throw new IllegalStateException("of the test");
          }
          sound.handle(session, message);
        });
    Fixture b = fixture("b", storeB, Map.of());
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    a.node.merge(Batch.of(visits("a", 10)));

    until(() -> failures.get() < 0 && a.isInSyncWith(b));
  }

  /** A mark for each name would take the room of all marks. */
  @Test
  void aClientOfVersion1IsNotedWithoutAMarkOfItsOwn() throws Exception {
    storeA.merge(Batch.of(visits("a", 3)));
    Fixture a = node("a", storeA, Map.of());
    Identity account = a.named("A", "secret");
    for (int number = 0; number < 3; number++) {
      Entry visit = visit("client", number);
      try (LegacyPeer client =
          new LegacyPeer(network, "ghost-" + number, account, List.of(visit))) {
        until(() -> covers(storeA, visit) && client.entries.size() >= 3);
        until(() -> isInSync(a, client.id));
      }
    }
    assertThat(storeA.marks().keySet()).anyMatch(name -> name.startsWith("own/clients/served/"));
    assertThat(storeA.marks().keySet()).anyMatch(name -> name.startsWith("clients/heard/"));
    assertThat(storeA.marks().keySet())
        .noneMatch(name -> name.contains("ghost") && !name.startsWith("device/"));
  }

  private static boolean isInSync(Fixture node, PeerId client) {
    return node.node.status().peers().stream()
        .anyMatch(peer -> peer.peer().equals(client) && peer.state() instanceof PeerState.InSync);
  }

  /** With a channel that takes one frame, whoever sends where it should read stands still. */
  @Test
  void nobodyWhoReadsWaitsToSend() throws Exception {
    network.buffer(1);
    Fixture a = fixture("a", storeA, QUICK);
    CompletableFuture<Session> atA = captured(a);
    Fixture b = fixture("b", storeB, QUICK);
    CompletableFuture<Session> atB = captured(b);
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    for (int i = 0; i < 100; i++) {
      atA.get().send(new Payload.Ping(i, null));
      atB.get().send(new Payload.Ping(i, null));
    }
    a.node.merge(Batch.of(visits("a", 1)));
    b.node.merge(Batch.of(visits("b", 1)));

    until(() -> entries(storeA).size() == 2 && entries(storeB).size() == 2);
    assertThat(a.node.status().failures()).isEmpty();
  }

  @Test
  void anInterruptedSenderDoesNotSpoilTheSession() throws Exception {
    network.buffer(1);
    Gate gate = new Gate();
    Fixture a = fixture("a", storeA, Map.of());
    CompletableFuture<Session> session = captured(a);
    Fixture b = fixture("b", storeB, Map.of());
    b.add("note", (s, message) -> gate.pass());
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    AtomicInteger sent = new AtomicInteger();
    Thread sender =
        new Thread(
            () -> {
              try {
                String note = "\"" + "x".repeat(100_000) + "\"";
                while (true) {
                  session.get().send(new Payload.Other("note", note));
                  sent.incrementAndGet();
                }
              } catch (Exception e) {
                // The interrupt, in the middle of it.
              }
            });
    sender.start();
    until(() -> gate.waiting() > 0 && isWaiting(sender));
    sender.interrupt();
    sender.join();
    gate.open();
    a.node.merge(Batch.of(visits("after it", 1)));

    until(() -> entries(storeB).size() == 1 && a.isInSyncWith(b));
    assertThat(sent.get()).isPositive();
    assertThat(a.node.status().failures()).isEmpty();
    assertThat(b.node.status().failures()).isEmpty();
  }

  /** The peer follows its feed all the time, and so sees no reason to ask for it again. */
  @Test
  void aStoreThatIsBackAfterAMomentIsFollowedOn() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    Fixture b = node("b", storeB, Map.of());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    List<Entry> visits = visits("a", 40);
    for (int round = 0; round < 20; round++) {
      FaultyStore other = TestStores.inMemory();
      a.add(other);
      until(() -> a.uses(other));
      Entry meanwhile = visits.get(2 * round);
      a.node.merge(Batch.of(List.of(meanwhile)));
      a.remove(other);
      until(() -> a.uses(storeA));
      Entry behind = visits.get(2 * round + 1);
      a.node.merge(Batch.of(List.of(behind)));

      until(() -> covers(storeB, meanwhile) && covers(storeB, behind));
    }
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
  }

  @Test
  void aComparisonThatNobodyAnswersHoldsUpTheFeedForAWhileOnly() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    storeB.merge(Batch.of(visits("b", 100)));
    Fixture a = fixture("a", storeA, Map.of());
    Fixture b = fixture("b", storeB, Map.of());
    AtomicInteger dropped = new AtomicInteger();
    b.add("reconcile", (session, turn) -> dropped.incrementAndGet());
    start(a, b);

    until(() -> entries(storeA).size() == 200 && entries(storeB).size() == 200);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(dropped.get()).isPositive();
  }

  @Test
  void aSessionThatEndsWhileAHandlerOpensKeepsNoOtherHandler() throws Exception {
    try (Gate gate = new Gate()) {
      Fixture a = fixture("a", storeA, Map.of());
      for (int i = 0; i < 8; i++) {
        a.add("opening-" + i, opening(gate));
      }
      start(a, fixture("b", storeB, Map.of()));
      until(() -> gate.waiting() == 1);
      a.close();
      until(() -> Fixture.threads("chroniclesync-session-merger") == 0);
      a.drop();

      assertThat(said(a, "A message handler left before")).isFalse();
    }
  }

  private static MessageHandler opening(Gate gate) {
    return new MessageHandler() {
      @Override
      public void opened(Session session) throws InterruptedException {
        gate.pass();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }

      @Override
      public void handle(Session session, Message message) {}
    };
  }

  @Test
  void whoSendsMoreThanItWasGrantedIsRefused() throws Exception {
    try (Gate gate = new Gate()) {
      Fixture a = fixture("a", storeA, NARROW);
      AtomicInteger notes = new AtomicInteger();
      a.add(
          "note",
          (s, message) -> {
            if (notes.incrementAndGet() > 2) {
              gate.pass();
            }
          });
      Fixture b = fixture("b", storeB, Map.of());
      CompletableFuture<Session> session = captured(b);
      b.addCodec(reading(message -> withEndlessCredit(message)));
      start(a, b);
      until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
      Payload note = new Payload.Other("note", "\"" + "x".repeat(30_000) + "\"");
      Thread sender =
          new Thread(
              () -> {
                try {
                  while (true) {
                    session.get().send(note);
                  }
                } catch (Exception e) {
                  // The session ends.
                }
              });
      sender.start();

      until(() -> said(a, "it sent more than it was granted"));
      gate.open();
      sender.join();
    }
  }

  private static Message withEndlessCredit(Message message) {
    return message.payload() instanceof Payload.Credit
        ? new Message(new Payload.Credit(Long.MAX_VALUE), message.sender(), 0)
        : message;
  }

  /** What cannot be read is not dealt with, but it was sent, and counted by whoever sent it. */
  @RepeatedTest(5)
  void messagesThatCannotBeReadCostNoCredit() throws Exception {
    storeA.merge(Batch.of(visits("a", 10_000)));
    Fixture a = node("a", storeA, Map.of());
    Fixture b = fixture("b", storeB, NARROW);
    AtomicInteger unread = new AtomicInteger();
    b.addCodec(
        reading(
            message -> {
              boolean holdsEntries = message.payload() instanceof Payload.SyncResponse;
              if (holdsEntries && unread.getAndIncrement() < 3) {
                throw new MalformedMessageException("of the test", null);
              }
              return message;
            }));
    start(b);

    until(() -> entries(storeB).size() == 10_000);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(unread.get()).isGreaterThan(3);
  }

  private interface Reading {
    Message of(Message message) throws MalformedMessageException;
  }

  /** The real codec, but for what it reads. */
  private static MessageCodec reading(Reading reading) {
    MessageCodec codec = new JacksonMessageCodec();
    return (MessageCodec)
        Proxy.newProxyInstance(
            MessageCodec.class.getClassLoader(),
            new Class<?>[] {MessageCodec.class},
            (proxy, method, args) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(reading, args);
              }
              Object result = method.invoke(codec, args);
              return method.getName().equals("unpack") ? reading.of((Message) result) : result;
            });
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  @Test
  void aStepOfTheClockIsNoSilence() throws Exception {
    SteppingClock clock = new SteppingClock();
    Fixture a = new Fixture(network, "a", storeA, clock, QUICK);
    CompletableFuture<Session> atA = captured(a);
    Fixture b = fixture("b", storeB, QUICK);
    start(a, b);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    for (int step = 0; step < 20; step++) {
      clock.step(Duration.ofHours(1));
      untilFramesPass(2);
    }

    assertGoesOn(atA);
  }

  // --- Stores -----------------------------------------------------------------------------------

  @Test
  void aBrokenStandbyIsPassedOverForASoundOne() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA, Map.of());
    FaultyStore broken = TestStores.inMemory();
    broken.dials().merge().fails(() -> new NoClassDefFoundError("of the test"));

    a.add(broken);
    until(() -> said(a, "could not be filled"));
    FaultyStore sound = TestStores.inMemory();
    a.add(sound);

    until(() -> a.uses(sound));
    assertThat(entries(sound)).hasSize(100);
  }

  @Test
  void aStandbyThatFailedOnceIsFilledAndUsed() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA, Map.of());
    FaultyStore better = TestStores.inMemory();
    better.dials().merge().fails(() -> new IllegalStateException("of the test"));
    a.add(better);
    until(() -> said(a, "of the test"));

    better.dials().merge().works();
    a.node.merge(Batch.of(visits("late", 10)));

    until(() -> a.uses(better));
  }

  @Test
  void aStoreInUseThatFailsOnceIsCopiedAllTheSame() throws Exception {
    FaultyStore used = storeA;
    used.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", used, Map.of());
    used.dials().changes().fails(() -> new IllegalStateException("of the test"));
    FaultyStore better = TestStores.inMemory();
    a.add(better);
    until(() -> said(a, "of the test"));

    used.dials().changes().works();

    until(() -> a.uses(better));
    assertThat(entries(better)).hasSize(100);
  }

  @Test
  void aStandbyThatHangsHoldsUpNoOther() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA, Map.of());
    FaultyStore hanging = TestStores.inMemory();
    Hang hang = hanging.dials().merge().hangs();
    try {
      a.add(hanging);
      hang.awaitCall();
      FaultyStore sound = TestStores.inMemory();
      a.add(sound);

      until(() -> a.uses(sound));
      assertThat(entries(sound)).hasSize(100);
    } finally {
      hang.release();
    }
  }

  @Test
  void aStoreThatFailsAgainAndAgainGivesWayToASoundOne() throws Exception {
    FaultyStore standby = TestStores.inMemory();
    Fixture a = node("a", standby, Map.of());
    FaultyStore better = TestStores.inMemory();
    a.add(better);
    until(() -> a.uses(better));

    better.dials().all().forEach(dial -> dial.fails(() -> new NoClassDefFoundError("gone")));
    Entry visit = visits("a", 1).get(0);
    until(() -> isMerged(a, visit));

    assertThat(entries(standby)).contains(visit);
    assertThat(said(a, "is passed over")).isTrue();
  }

  private static boolean isMerged(Fixture node, Entry visit) throws InterruptedException {
    try {
      node.node.merge(Batch.of(List.of(visit)));
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  @Test
  void aProblemStaysUntilItsCauseIsGone() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    FaultyStore forgetful = TestStores.inMemory();
    a.addVolatile(forgetful);
    a.takeStore();
    CompletableFuture<Void> merged =
        CompletableFuture.runAsync(() -> isDone(() -> a.node.merge(Batch.of(visits("a", 1)))));
    until(() -> a.troubles().contains("forgets"));

    a.node.borrow(HistoryStore::state);

    assertThat(a.troubles()).contains("forgets");
    a.add(storeA);
    merged.get(PATIENCE.toSeconds(), SECONDS);
    assertThat(a.troubles()).isEmpty();
  }

  private static void isDone(Callable<?> task) {
    try {
      task.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStoreThatDoesNotStartIsTriedAgainUntilItDoes() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    a.takeStore();
    FaultyStore late = TestStores.inMemory();
    AtomicInteger attempts = new AtomicInteger();
    List<StorageStatus> meanwhile = new CopyOnWriteArrayList<>();
    a.addStarting(
        late,
        () -> {
          meanwhile.addAll(a.node.status().storages());
          return attempts.incrementAndGet() < 3 ? null : late;
        });

    assertThat(a.troubles()).contains("The storage memory does not start");
    until(() -> a.node.status().storages().size() == 1 && a.node.status().store() != null);
    a.node.merge(Batch.of(visits("a", 1)));

    assertThat(entries(late)).hasSize(1);
    assertThat(attempts.get()).isEqualTo(3);
    assertThat(meanwhile)
        .as("during each attempt")
        .extracting(StorageStatus::role)
        .containsExactly(
            new StorageStatus.Role.Starting(),
            new StorageStatus.Role.PassedOver(),
            new StorageStatus.Role.PassedOver());
  }

  @Test
  void aStoreThatHangsDoesNotHangTheStatus() throws Exception {
    FaultyStore store = storeA;
    Fixture a = node("a", store, Map.of());
    Hang hang = store.dials().state().hangs();
    try {
      assertThat(CompletableFuture.supplyAsync(a.node::status).get(60, SECONDS)).isNotNull();
    } finally {
      hang.release();
    }
  }

  @Test
  void aStoreThatThrowsDoesNotSpoilTheStatus() throws Exception {
    FaultyStore store = storeA;
    Fixture a = node("a", store, Map.of());
    store.dials().state().fails(() -> new NoClassDefFoundError("of the test"));

    until(() -> a.troubles().contains("NoClassDefFoundError: of the test"));
    assertThat(a.node.status().self()).isEqualTo(a.id);
  }

  @Test
  void whoAsksAStoppedNodeForTheHistoryIsTold() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    a.takeStore();
    CompletableFuture<Object> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return a.node.borrow(HistoryStore::state);
              } catch (StorageException e) {
                return e;
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    a.close();

    assertThat(waiting.get(60, SECONDS)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> a.node.borrow(HistoryStore::state))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("The node has stopped");
  }

  // --- Peers and rooms --------------------------------------------------------------------------

  @Test
  void aPeerThatIsGoneAndBreaksARuleLeavesNothingBehind() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    Fixture b = node("b", storeB, Map.of());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    network.carrier(delivery -> {});
    network.tell(a.id, new DiscoveryEvent.PeerGone(b.id));
    network.middle(new FrameFaults(1).change(1));
    b.node.merge(Batch.of(visits("b", 1)));

    until(() -> a.stateOf(b) instanceof PeerState.Gone);
    until(() -> network.openLinks().stream().noneMatch(link -> link.holder().equals(a.id)));
  }

  @Test
  void aDiscoveryThatCannotBeJoinedCostsItselfOnly() throws Exception {
    Fixture a = fixture("a", storeA, Map.of());
    for (int i = 0; i < 8; i++) {
      MemoryDiscovery leaving = network.discovery("leaving-" + i);
      leaving.beforeJoin(
          () -> {
            throw new IllegalStateException("it leaves");
          });
      a.add(leaving, "leaving-" + i);
    }
    MemoryDiscovery sound = network.discovery("sound");
    AtomicInteger joined = new AtomicInteger();
    sound.beforeJoin(joined::incrementAndGet);
    a.add(sound, "sound");
    start(a);

    until(() -> joined.get() == 2); // both rooms
    until(() -> said(a, "it leaves"));
  }

  @Test
  void aDiscoveryThatHangsHoldsUpNobody() throws Exception {
    try (Gate gate = new Gate()) {
      Fixture a = fixture("a", storeA, Map.of());
      MemoryDiscovery hanging = network.discovery("hanging");
      hanging.beforeJoin(gate::pass);
      a.add(hanging, "hanging");
      Fixture b = fixture("b", storeB, Map.of());
      start(a, b);

      until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    }
  }

  @Test
  void aTransportThatThrowsIsOneThatDidNotGetThrough() throws Exception {
    MemoryTransport broken = network.transport("broken");
    broken.beforeLink(
        () -> {
          throw new NoClassDefFoundError("of the test");
        });
    Fixture a = fixture("a", storeA, Map.of());
    a.add(broken);
    Fixture b = fixture("b", storeB, Map.of());
    start(a, b);

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(a.status(b).transport()).isEqualTo(MemoryNetwork.NAME);
  }

  /** What opens waits behind a call that holds up the loop, while the node stops. */
  @Test
  void aChannelThatOpensWhileTheNodeStopsIsClosed() throws Exception {
    Gate gate = new Gate();
    // The other end must not be what ends it.
    Fixture b = node("b", storeB, Map.of("silenceMillis", 3_600_000L));
    // The greater id waits for the offer of the smaller.
    Fixture z = fixture("z", storeA, Map.of("offerGraceMillis", 60_000L));
    MemoryTransport quick = z.transport();
    MemoryTransport slow = network.transport("slow");
    slow.beforeLink(gate::pass);
    z.add(slow);
    CountDownLatch held = new CountDownLatch(1);
    quick.beforeOpening(
        () -> {
          PeerId phone = new PeerId("phone");
          network.tell(z.id, new DiscoveryEvent.Signalled(phone, offerBy("slow")));
          until(() -> gate.waiting() > 0);
          held.countDown();
        });
    z.start();
    assertThat(held.await(PATIENCE.toSeconds(), SECONDS)).isTrue();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> isDone(() -> close(z)));
    until(() -> network.openMemberships().stream().noneMatch(in -> in.holder().equals(z.id)));
    gate.open();
    closed.get(PATIENCE.toSeconds(), SECONDS);

    until(
        () -> network.openChannels().stream().noneMatch(channel -> channel.holder().equals(z.id)));
    assertThat(b.knows(z)).isTrue();
  }

  private static boolean close(Fixture node) throws Exception {
    node.close();
    return true;
  }

  /** An offer of a transport, as one that runs makes it. */
  private Signal offerBy(String transport) {
    CompletableFuture<Signal> offered = new CompletableFuture<>();
    network
        .transport(transport)
        .link(
            Peering.of(new PeerId("phone"), PeerId.ofNode("z")),
            event -> {
              if (event instanceof LinkEvent.SignalOut out) {
                offered.complete(out.signal());
              }
            })
        .offer();
    return offered.join();
  }

  @Test
  void signalsThatCannotBeOpenedNowHoldUpNobody() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    Fixture b = node("b", storeB, Map.of());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    a.withoutIdentity(
        () -> {
          for (int i = 0; i < 20; i++) {
            network.tell(a.id, new DiscoveryEvent.Signalled(b.id, new Signal.Sealed("x")));
          }
          network.tell(a.id, new DiscoveryEvent.PeerSeen(new PeerId("phone")));
          // Twenty waits would be a hundred seconds.
          await()
              .atMost(Duration.ofSeconds(40))
              .until(
                  () ->
                      a.node.status().peers().stream()
                          .anyMatch(peer -> peer.peer().value().equals("phone")));
        });
  }

  @Test
  void anInterruptDoesNotKeepANodeFromClosing() throws Exception {
    Fixture a = node("a", storeA, Map.of());
    Fixture b = node("b", storeB, Map.of());
    until(() -> a.isInSyncWith(b));
    nodes.remove(a);

    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread closing =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              try {
                a.close();
                interrupted.complete(Thread.interrupted());
              } catch (Throwable e) {
                interrupted.completeExceptionally(e);
              }
            });
    closing.start();

    assertThat(interrupted.get(PATIENCE.toSeconds(), SECONDS)).isTrue();
    until(() -> b.stateOf(a) instanceof PeerState.Gone);
    assertThatThrownBy(() -> a.node.borrow(HistoryStore::state))
        .isInstanceOf(StorageException.class);
  }

  // --- Helpers ----------------------------------------------------------------------------------

  private static final Map<String, Object> NARROW =
      Map.of("windowBytes", Fixture.LEAST_WINDOW_BYTES);

  private static final Map<String, Object> QUICK =
      Map.of("pingIntervalMillis", 100L, "silenceMillis", 3_000L);

  /** The session of a node, as its handlers see it. */
  private static CompletableFuture<Session> captured(Fixture node) {
    CompletableFuture<Session> captured = new CompletableFuture<>();
    PingHandler handler = new PingHandler();
    node.add(
        Payload.Ping.TYPE,
        (session, message) -> {
          captured.complete(session);
          handler.handle(session, message);
        });
    return captured;
  }

  private static void assertGoesOn(CompletableFuture<Session> session) {
    assertThatCode(() -> session.get().send(new Payload.Ping(1, null))).doesNotThrowAnyException();
  }

  private static boolean said(Fixture node, String words) {
    return node.node.status().failures().stream()
        .anyMatch(failure -> failure.what().contains(words));
  }

  private void untilFramesPass(long count) {
    frames.set(0);
    network.middle(
        passage -> {
          frames.incrementAndGet();
          passage.go();
        });
    until(() -> frames.get() >= count);
  }

  private Fixture fixture(String name, HistoryStore store, Map<String, Object> settings) {
    return new Fixture(network, name, store, Clock.systemUTC(), settings);
  }

  private Fixture node(String name, HistoryStore store, Map<String, Object> settings) {
    return start(fixture(name, store, settings));
  }

  private Fixture start(Fixture node) {
    nodes.add(node.start());
    return node;
  }

  private void start(Fixture one, Fixture other) {
    start(one);
    start(other);
  }

  private void until(Callable<Boolean> condition) {
    try {
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          nodes.stream().map(node -> node.node.status()).toList().toString(), e);
    }
  }
}
