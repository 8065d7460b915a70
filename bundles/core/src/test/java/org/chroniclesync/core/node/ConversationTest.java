// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node tells its message handlers of its sessions, and what they can do with them. */
@Timeout(600)
class ConversationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TYPE = "note";

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();
  private final FaultyStore storeA = TestStores.inMemory();
  private final FaultyStore storeB = TestStores.inMemory();
  private final Fixture a = new Fixture(network, "a", "secret", storeA);
  private final Fixture b = new Fixture(network, "b", "secret", storeB);

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
  void aHandlerBeginsAndThePeersAnswers() throws Exception {
    Recorder asking =
        new Recorder() {
          @Override
          public void opened(Session session) throws Exception {
            super.opened(session);
            session.send(new Payload.Other("question", "1"));
          }
        };
    a.add("answer", asking);
    b.add("question", (session, message) -> session.send(new Payload.Other("answer", "2")));
    startBoth();

    until(() -> asking.told().contains("heard 2"));
    assertThat(asking.told()).containsExactly("opened", "heard 2");
    assertThat(asking.session(b).version()).isEqualTo(2);
  }

  @Test
  void aHandlerMaySendUntilTheSessionIsClosed() throws Exception {
    Recorder handler = new Recorder();
    Recorder peers = new Recorder();
    a.add(TYPE, handler);
    b.add(TYPE, peers);
    startBoth();
    until(() -> handler.told().contains("opened"));

    for (int i = 0; i < 3; i++) {
      handler.session(b).send(new Payload.Other(TYPE, "" + i));
    }

    until(() -> peers.told().size() == 4);
    assertThat(peers.told()).containsExactly("opened", "heard 0", "heard 1", "heard 2");
  }

  @Test
  void aHandlerThatComesIsToldOfTheSessionThatIsOpen() throws Exception {
    startBoth();
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    Recorder late = new Recorder();
    a.add(TYPE, late);

    until(() -> late.told().equals(List.of("opened")));
    Recorder peers = new Recorder();
    b.add(TYPE, peers);
    until(() -> peers.told().contains("opened"));
    late.session(b).send(new Payload.Other(TYPE, "1"));
    until(() -> peers.told().equals(List.of("opened", "heard 1")));
  }

  @Test
  void aHandlerMayNeedTheHistoryItself() throws Exception {
    Recorder handler = new Recorder();
    AtomicInteger made = new AtomicInteger();
    // As the component runtime does: while the node is being made there is no history to be had.
    AtomicBoolean started = new AtomicBoolean();
    a.add(
        TYPE,
        handler,
        () -> {
          assertThat(started).isTrue();
          made.incrementAndGet();
          return handler;
        });
    started.set(true);
    startBoth();

    until(() -> handler.told().contains("opened"));
    b.add(TYPE, (session, message) -> {});
    assertThat(made).hasValue(1);
    assertThat(a.node.status().failures()).isEmpty();
  }

  @Test
  void aHandlerThatCannotBeMadeCostsItsMessagesOnlyAndIsTriedAgain() throws Exception {
    Recorder handler = new Recorder();
    Recorder sender = new Recorder();
    AtomicBoolean sound = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    a.add(
        TYPE,
        handler,
        () -> {
          asked.incrementAndGet();
          return sound.get() ? handler : null;
        });
    b.add(TYPE, sender);
    storeA.merge(Batch.of(visits("a", 100)));
    startBoth();
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a) && sender.told().contains("opened"));
    assertThat(entries(storeB)).hasSize(100);

    for (int i = 0; i < 50; i++) {
      sender.session(a).send(new Payload.Other(TYPE, "1"));
    }
    until(() -> said(a, handler, "could not be made"));
    until(() -> troubles(a).contains(TYPE));
    // Not once for each message.
    assertThat(asked.get()).isLessThan(50);
    assertThat(handler.told()).isEmpty();

    sound.set(true);
    until(
        () -> {
          sender.session(a).send(new Payload.Other(TYPE, "2"));
          return handler.told().contains("heard 2");
        });
    assertThat(handler.told()).startsWith("opened");
    until(() -> troubles(a).isEmpty());
  }

  @Test
  void aTransportMayNeedTheHistoryItself() throws Exception {
    MemoryTransport better = network.transport("better");
    AtomicInteger made = new AtomicInteger();
    AtomicBoolean started = new AtomicBoolean();
    a.add(
        better,
        () -> {
          assertThat(started).as("there is a history to be had").isTrue();
          made.incrementAndGet();
          return better;
        });
    assertThat(a.node.status().parts())
        .contains(new Part("transport", better.toString(), new Part.Starting()));
    started.set(true);
    a.start();
    nodes.add(a);

    until(
        () ->
            a.node
                .status()
                .parts()
                .contains(new Part("transport", better.toString(), new Part.Well())));
    assertThat(made).hasValue(1);
    assertThat(a.node.status().failures()).isEmpty();
  }

  @Test
  void aTransportThatCannotBeMadeIsPassedOverAndSaid() throws Exception {
    MemoryTransport broken = network.transport("broken");
    a.add(broken, () -> null);
    startBoth();

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    assertThat(a.node.status().parts()).extracting(Part::name).doesNotContain(broken.toString());
    until(
        () ->
            a.node.status().failures().stream()
                .anyMatch(
                    one ->
                        one.what().contains("The transport broken")
                            && one.what().contains("could not be made")));
  }

  @Test
  void aHandlerThatHasLeftIsCalledNoMore() throws Exception {
    Recorder leaving = new Recorder();
    Recorder staying = new Recorder();
    a.add(TYPE, leaving);
    a.add("other", staying);
    startBoth();
    until(() -> leaving.told().contains("opened") && staying.told().contains("opened"));

    a.remove(leaving);
    stop(b);

    until(() -> staying.told().contains("closed"));
    assertThat(leaving.told()).containsExactly("opened");
  }

  @Test
  void anEndOfTheSessionIsToldOnce() throws Exception {
    Recorder handler = new Recorder();
    a.add(TYPE, handler);
    startBoth();
    until(() -> handler.told().contains("opened"));
    Session session = handler.session(b);

    stop(b);

    until(() -> handler.told().contains("closed"));
    assertThatThrownBy(() -> session.send(new Payload.Other(TYPE, "late")))
        .isInstanceOf(ChannelClosedException.class);
    stop(a);
    assertThat(handler.told()).containsExactly("opened", "closed");
  }

  @Test
  void aNodeThatStopsTellsItsHandlers() throws Exception {
    Recorder handler = new Recorder();
    a.add(TYPE, handler);
    startBoth();
    until(() -> handler.told().contains("opened"));

    stop(a);

    assertThat(handler.told()).containsExactly("opened", "closed");
  }

  @Test
  void eachSessionWithAPeerIsOpenedAndClosed() throws Exception {
    Recorder handler = new Recorder();
    a.add(TYPE, handler);
    startBoth();
    for (int session = 1; session <= 5; session++) {
      int so = session;
      until(() -> handler.count("opened") >= so && a.isInSyncWith(b));
      network.cut(a.id, b.id);
      until(() -> handler.count("closed") >= so);
    }
    stop(a);
    assertThat(handler.count("opened")).isEqualTo(handler.count("closed"));
  }

  @Test
  void aHandlerThatThrowsWhenASessionOpensCostsItselfOnly() throws Exception {
    Recorder broken =
        new Recorder() {
          @Override
          public void opened(Session session) throws Exception {
            super.opened(session);
            throw new NoClassDefFoundError("of the test");
          }
        };
    Recorder sound = new Recorder();
    a.add("broken", broken);
    a.add(TYPE, sound);
    storeA.merge(Batch.of(visits("a", 100)));
    startBoth();

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a) && sound.told().contains("opened"));
    assertThat(entries(storeB)).hasSize(100);
    until(() -> said(a, broken, "NoClassDefFoundError: of the test"));
    stop(b);
    until(() -> sound.told().contains("closed") && broken.told().contains("closed"));
    assertThat(broken.told()).containsExactly("opened", "closed");
  }

  @Test
  void aHandlerThatThrowsWhenASessionClosesCostsItselfOnly() throws Exception {
    Recorder broken =
        new Recorder() {
          @Override
          public void closed(Session session) {
            super.closed(session);
            throw new NoClassDefFoundError("of the test");
          }
        };
    Recorder sound = new Recorder();
    a.add("broken", broken);
    a.add(TYPE, sound);
    startBoth();
    until(() -> sound.told().contains("opened") && broken.told().contains("opened"));

    stop(b);

    until(() -> sound.told().contains("closed") && broken.told().contains("closed"));
    until(() -> said(a, broken, "NoClassDefFoundError: of the test"));
  }

  @Test
  void aClientOfVersion1IsToldFromANode() throws Exception {
    Recorder handler = new Recorder();
    a.add(TYPE, handler);
    nodes.add(a.start());
    try (LegacyPeer client = new LegacyPeer(network, "client", a.named("A", "secret"), List.of())) {
      until(() -> handler.told().contains("opened"));
      assertThat(handler.sessions)
          .allSatisfy(
              (peer, session) -> {
                assertThat(peer).isEqualTo(client.id.value());
                assertThat(session.version()).isEqualTo(1);
              });
    }
    until(() -> handler.told().equals(List.of("opened", "closed")));
  }

  @Test
  void aMessageThatWaitedForItsHandlerComesAfterTheOpening() throws Exception {
    Recorder sender = new Recorder();
    a.add(TYPE, sender);
    Recorder first = new Recorder();
    b.add(TYPE, first);
    startBoth();
    until(() -> sender.told().contains("opened") && first.told().contains("opened"));
    b.remove(first);
    sender.session(b).send(new Payload.Other(TYPE, "1"));
    until(() -> isWaitingForAHandler());

    Recorder next = new Recorder();
    b.add(TYPE, next);

    until(() -> next.told().size() == 2);
    assertThat(next.told()).containsExactly("opened", "heard 1");
  }

  private static boolean isWaitingForAHandler() {
    return Thread.getAllStackTraces().values().stream()
        .anyMatch(
            trace ->
                List.of(trace).stream().anyMatch(at -> at.getMethodName().equals("lease"))
                    && List.of(trace).stream().anyMatch(at -> at.getMethodName().equals("handle")));
  }

  @Test
  void aSessionThatEndsWhileItOpensKeepsNoHandlerFromLeaving() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    Recorder blocked =
        new Recorder() {
          @Override
          public void opened(Session session) throws Exception {
            super.opened(session);
            opening.countDown();
            new CountDownLatch(1).await();
          }
        };
    List<Recorder> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Recorder other = new Recorder();
      others.add(other);
      a.add("other-" + i, other);
    }
    a.add("blocked", blocked);
    startBoth();
    opening.await();

    stop(b);
    until(() -> blocked.told().contains("closed"));

    others.forEach(a::remove);
    assertThat(a.node.status().failures()).isEmpty();
  }

  @Test
  void aHandlerThatIsStillThereIsToldOfTheEndThoughABetterOneIsUsed() throws Exception {
    Recorder first = new Recorder();
    a.add(TYPE, first);
    startBoth();
    until(() -> first.told().contains("opened"));
    Recorder better = new Recorder();
    a.add(TYPE, better);
    until(() -> better.told().contains("opened"));

    stop(b);

    until(() -> better.told().contains("closed") && first.told().contains("closed"));
  }

  @Test
  void aHandlerThatHasLeftIsForgottenBySessionsThatGoOn() throws Exception {
    startBoth();
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    WeakReference<Recorder> left = comesAndGoes();

    until(
        () -> {
          System.gc();
          return left.refersTo(null);
        });
  }

  private WeakReference<Recorder> comesAndGoes() {
    Recorder handler = new Recorder();
    a.add(TYPE, handler);
    until(() -> handler.told().contains("opened"));
    a.remove(handler);
    return new WeakReference<>(handler);
  }

  @Test
  void theEndOfASessionWhileItOpensIsNoFailureOfTheHandler() throws Exception {
    Recorder talkative =
        new Recorder() {
          @Override
          public void opened(Session session) throws Exception {
            super.opened(session);
            while (true) {
              session.send(new Payload.Other(TYPE, "1"));
            }
          }
        };
    a.add(TYPE, talkative);
    startBoth();
    until(() -> talkative.told().contains("opened"));

    stop(b);

    until(() -> talkative.told().contains("closed"));
    assertThat(a.node.status().failures())
        .noneMatch(failure -> failure.what().contains(talkative.getClass().getName()));
  }

  private static List<String> troubles(Fixture node) {
    return node.node.status().troubles().stream().map(Part::name).toList();
  }

  private static boolean said(Fixture node, MessageHandler of, String words) {
    return node.node.status().failures().stream()
        .map(failure -> failure.what())
        .anyMatch(what -> what.contains(of.getClass().getName()) && what.contains(words));
  }

  private void stop(Fixture node) throws InterruptedException {
    nodes.remove(node);
    node.close();
  }

  private void startBoth() {
    nodes.add(a.start());
    nodes.add(b.start());
  }

  private void until(Callable<Boolean> condition) {
    try {
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          nodes.stream().map(node -> node.node.status()).toList().toString(), e);
    }
  }

  /** Remembers what it is told, and the newest session with each peer. */
  private static class Recorder implements MessageHandler {
    final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void opened(Session session) throws Exception {
      sessions.put(session.peer().value(), session);
      told.add("opened");
    }

    @Override
    public void handle(Session session, Message message) {
      told.add("heard " + ((Payload.Other) message.payload()).json());
    }

    @Override
    public void closed(Session session) {
      told.add("closed");
    }

    List<String> told() {
      return List.copyOf(told);
    }

    long count(String what) {
      return told.stream().filter(what::equals).count();
    }

    Session session(Fixture peer) {
      Session session = sessions.get(peer.id.value());
      if (session == null) {
        throw new AssertionError("no session with " + peer.id + " was opened");
      }
      return session;
    }
  }
}
