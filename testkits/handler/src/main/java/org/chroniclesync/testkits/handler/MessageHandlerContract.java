// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.RecordingSession.Failure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rules of {@link MessageHandler}. A test is named after its rule. */
public abstract class MessageHandlerContract {
  private static final int SESSIONS = 8;
  private static final int ROUNDS = 50;
  private static final int DEEP = 100_000;
  private static final int LONG = 500_000;
  private static final int SCHEDULES = 10;
  private static final int STEPS = 200;
  private static final Hello HELLO = new Hello(2, new FeedId("kit"));

  private final Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());

  /**
   * A handler, and what makes sense to it.
   *
   * @param handler the handler, new
   * @param types the message types for which it is registered
   * @param good messages of these types that it handles
   */
  public record Provided(MessageHandler handler, Set<String> types, List<Payload> good) {
    /** Copies the collections. */
    public Provided {
      types = Set.copyOf(types);
      good = List.copyOf(good);
    }
  }

  /**
   * Makes a handler that has handled nothing yet.
   *
   * @return the handler
   * @throws Exception if it cannot be made
   */
  protected abstract Provided provide() throws Exception;

  /**
   * Has a handler begin, for example by its command, so that it sends something through each
   * session that is open. Override it if a handler can; unless overridden it does nothing.
   *
   * @param handler a handler of {@link #provide}
   * @throws Exception if a session fails and the handler says so
   */
  protected void begin(MessageHandler handler) throws Exception {}

  @Test
  void rule1HandlesWhatMakesSenseAndTheSameAgain() throws Exception {
    Provided provided = provide();
    assertThat(provided.types()).isNotEmpty();
    assertThat(provided.good()).isNotEmpty();
    assertThat(provided.good().stream().map(Payload::type)).hasSameElementsAs(provided.types());
    RecordingSession session = session("a", Failure.NONE);
    for (Payload payload : provided.good()) {
      session.deliver(provided.handler(), payload);
      session.deliver(provided.handler(), payload);
    }
    assertThat(session.failed()).isZero();
  }

  @TestFactory
  Stream<DynamicTest> rule2WhateverComesEndsInAReturnOrAnException() throws Exception {
    return provide().types().stream()
        .flatMap(
            type ->
                Stream.concat(
                    hostileJson().map(json -> (Payload) new Payload.Other(type, json)),
                    otherPayloads()))
        .map(payload -> DynamicTest.dynamicTest(shown(payload), () -> survives(payload)));
  }

  private void survives(Payload payload) throws Exception {
    Provided provided = provide();
    RecordingSession session = session("rogue", Failure.NONE);
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    Thread thread = thread(() -> session.deliver(provided.handler(), payload), end::set);
    thread.join(patience().toMillis());
    assertThat(thread.isAlive()).as("it is still at it").isFalse();
    assertThat(end.get() instanceof Error).as("it ended by %s", end.get()).isFalse();
    for (Payload good : provided.good()) {
      session.deliver(provided.handler(), good);
    }
  }

  @Test
  void rule3SessionsDoNotDisturbEachOther() throws Exception {
    List<String> alone = calls(run(provide(), session("alone", Failure.NONE)));
    Provided provided = provide();
    List<RecordingSession> sessions = sessions();
    atOnce(sessions, session -> run(provided, session));
    assertThat(sessions).allSatisfy(session -> assertThat(calls(session)).isEqualTo(alone));
  }

  @Test
  void rule3SessionsThatOpenAtOnceAreAllSpokenTo() throws Exception {
    List<String> alone = spokenAlone();
    Provided provided = provide();
    List<RecordingSession> sessions = sessions();
    atOnce(
        sessions,
        session -> {
          session.open(provided.handler());
          deliverAll(provided, session);
        });
    begin(provided.handler());
    sessions.forEach(session -> assertSpoken(session, alone));
    atOnce(sessions, session -> session.close(provided.handler()));
  }

  @Test
  void rule3ASessionThatHasEndedKeepsNoOtherFromBeingSpokenTo() throws Exception {
    List<String> alone = spokenAlone();
    Provided provided = provide();
    List<RecordingSession> sound = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      tried(() -> session("gone", Failure.ENDED).open(provided.handler()));
      RecordingSession session = session("peer" + i, Failure.NONE);
      session.open(provided.handler());
      sound.add(session);
    }
    tried(() -> begin(provided.handler()));
    sound.forEach(session -> assertSpoken(session, alone));
  }

  @Test
  void rule4WhatTheSessionThrowsComesOut() throws Exception {
    Provided provided = provide();
    for (Payload payload : provided.good()) {
      RecordingSession session = session("gone", Failure.ENDED);
      Throwable thrown = handled(provided, session, payload);
      if (session.failed() > 0) {
        assertThat(chain(thrown))
            .as("what came out when the session threw")
            .anyMatch(RecordingSession::isOfTheTest);
      }
    }
  }

  @Test
  void rule5AnInterruptEndsTheHandlingAndStaysKnown() throws Exception {
    Provided provided = provide();
    for (Payload payload : provided.good()) {
      RecordingSession session = session("slow", Failure.INTERRUPTED);
      assertInterruptIsKnown(session, handled(provided, session, payload));
    }
  }

  @Test
  void rule5AnInterruptEndsTheOpeningAndStaysKnown() throws Exception {
    Provided provided = provide();
    RecordingSession session = session("slow", Failure.INTERRUPTED);
    assertInterruptIsKnown(session, tried(() -> session.open(provided.handler())));
  }

  private static void assertInterruptIsKnown(RecordingSession session, @Nullable Throwable thrown) {
    boolean status = Thread.interrupted();
    assertThat(session.failed()).as("how often it tried").isLessThanOrEqualTo(1);
    if (session.failed() > 0) {
      assertThat(status || chain(thrown).stream().anyMatch(InterruptedException.class::isInstance))
          .as("the interrupt is known")
          .isTrue();
    }
  }

  @Test
  void rule6NothingGoesOnAfterwards() throws Exception {
    RecordingSession session = run(provide(), session("a", Failure.NONE));
    List<RecordingSession.Use> uses = session.uses();
    await().atMost(patience()).untilAsserted(() -> assertThat(newThreads()).isEmpty());
    assertThat(session.uses()).isEqualTo(uses);
  }

  @Test
  void rule6ASessionIsNotUsedAfterItsEnd() throws Exception {
    Provided provided = provide();
    for (Failure failure : Failure.values()) {
      RecordingSession ended = session("ended", failure);
      converse(provided, ended);
      List<RecordingSession.Use> uses = ended.uses();
      int failed = ended.failed();

      converse(provided, session("other", Failure.NONE));
      begin(provided.handler());

      await().atMost(patience()).untilAsserted(() -> assertThat(newThreads()).isEmpty());
      assertThat(ended.uses()).as("what it did after the end (%s)", failure).isEqualTo(uses);
      assertThat(ended.failed()).as("its attempts after the end (%s)", failure).isEqualTo(failed);
    }
  }

  @Test
  void rule7KeepsNothingOfASessionAfterItsEnd() throws Exception {
    Provided provided = provide();
    List<WeakReference<RecordingSession>> ended = new ArrayList<>();
    for (Failure failure : Failure.values()) {
      ended.add(ended(provided, failure));
    }
    assertForgotten(provided, ended);
  }

  private WeakReference<RecordingSession> ended(Provided provided, Failure failure) {
    RecordingSession session = session("ended", failure);
    converse(provided, session);
    return new WeakReference<>(session);
  }

  /** A peer that comes back may do so before the end of its last session is known. */
  @Test
  void rule7TheEndOfASessionIsNotTheEndOfTheNextOneWithThePeer() throws Exception {
    List<String> alone = spokenAlone();
    Provided provided = provide();
    RecordingSession last = session("phone", Failure.NONE);
    RecordingSession next = session("phone", Failure.NONE);
    last.open(provided.handler());
    next.open(provided.handler());
    last.close(provided.handler());
    begin(provided.handler());
    assertSpoken(next, alone);
    next.close(provided.handler());
  }

  @Test
  void rule7SessionsOpenAndCloseInAnyOrder() throws Exception {
    for (int seed = 1; seed <= SCHEDULES; seed++) {
      Provided provided = provide();
      assertForgotten(provided, sessionsOf(new Random(seed), provided));
    }
  }

  private List<WeakReference<RecordingSession>> sessionsOf(Random random, Provided provided)
      throws Exception {
    MessageHandler handler = provided.handler();
    List<WeakReference<RecordingSession>> all = new ArrayList<>();
    List<RecordingSession> open = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      int chosen = random.nextInt(4);
      if (open.isEmpty() || (chosen == 0 && open.size() < SESSIONS)) {
        RecordingSession session = session("peer" + random.nextInt(3), Failure.NONE);
        session.open(handler);
        open.add(session);
        all.add(new WeakReference<>(session));
      } else if (chosen == 1) {
        open.remove(random.nextInt(open.size())).close(handler);
      } else if (chosen == 2) {
        deliverAll(provided, open.get(random.nextInt(open.size())));
      } else {
        begin(handler);
      }
    }
    open.forEach(session -> session.close(handler));
    return all;
  }

  private static void assertForgotten(
      Provided provided, List<WeakReference<RecordingSession>> sessions) {
    try {
      await()
          .atMost(patience())
          .untilAsserted(
              () -> {
                System.gc();
                assertThat(sessions)
                    .as("sessions that ended and can be collected")
                    .allMatch(session -> session.refersTo(null));
              });
    } finally {
      // Without its handler a session could be collected, too.
      Reference.reachabilityFence(provided);
    }
  }

  /** All of a session, whatever fails in it but its end. */
  private void converse(Provided provided, RecordingSession session) {
    MessageHandler handler = provided.handler();
    tried(() -> session.open(handler));
    for (Payload payload : provided.good()) {
      tried(() -> session.deliver(handler, payload));
    }
    tried(() -> begin(handler));
    Thread.interrupted(); // what the session threw may have left
    session.close(handler);
  }

  /** What a handler does with the only session, from its opening on, without being asked. */
  private List<String> spokenAlone() throws Exception {
    Provided provided = provide();
    RecordingSession session = session("alone", Failure.NONE);
    session.open(provided.handler());
    begin(provided.handler());
    return calls(session);
  }

  private static void assertSpoken(RecordingSession session, List<String> spoken) {
    // AssertJ finds nothing in an empty list, not even nothing.
    if (!spoken.isEmpty()) {
      assertThat(calls(session)).as("what %s heard", session.peer()).containsSubsequence(spoken);
    }
  }

  /** How long a test waits for what should come at once. */
  private static Duration patience() {
    return Duration.ofSeconds(Integer.getInteger("chroniclesync.kit.patienceSeconds", 30));
  }

  private static RecordingSession run(Provided provided, RecordingSession session)
      throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      deliverAll(provided, session);
    }
    return session;
  }

  private static void deliverAll(Provided provided, RecordingSession session) throws Exception {
    for (Payload payload : provided.good()) {
      session.deliver(provided.handler(), payload);
    }
  }

  private static @Nullable Throwable handled(
      Provided provided, RecordingSession session, Payload payload) {
    return tried(() -> session.deliver(provided.handler(), payload));
  }

  private static @Nullable Throwable tried(Work work) {
    try {
      work.run();
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  private static List<Throwable> chain(@Nullable Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable t = thrown; t != null && !causes.contains(t); t = t.getCause()) {
      causes.add(t);
    }
    return causes;
  }

  private static List<String> calls(RecordingSession session) {
    return session.uses().stream().map(RecordingSession.Use::call).toList();
  }

  private static RecordingSession session(String peer, Failure failure) {
    return new RecordingSession(new PeerId(peer), HELLO, failure);
  }

  private static List<RecordingSession> sessions() {
    return IntStream.range(0, SESSIONS).mapToObj(i -> session("peer" + i, Failure.NONE)).toList();
  }

  private static String shown(Payload payload) {
    String text = payload.toString();
    return text.substring(0, Math.min(60, text.length()));
  }

  private static Stream<String> hostileJson() {
    return Stream.of(
        "",
        "null",
        "[]",
        "{}",
        "0",
        "\"text\"",
        "no json",
        "{\"a\":",
        "1e999999999",
        "-" + "9".repeat(LONG),
        "\"" + "x".repeat(LONG) + "\"",
        "\"\\ud800\"",
        "{\"text\":null,\"text\":1,\"id\":[],\"id\":{}}",
        "{\"\\u0000\":\"\\u001b[2J\"}",
        "[".repeat(DEEP),
        "{\"a\":".repeat(DEEP),
        "[".repeat(DEEP) + "]".repeat(DEEP));
  }

  /** What no codec would hand over under this type; a handler must not rest on that. */
  private static Stream<Payload> otherPayloads() {
    return Stream.of(
        new Payload.Ping(Double.NaN, null),
        new Payload.Pong(Double.NEGATIVE_INFINITY, HELLO),
        new Payload.History(List.of(), null, Integer.MAX_VALUE),
        new Payload.SyncResponse(List.of(), null, 1),
        new Payload.SyncRequest(OptionalLong.of(Long.MIN_VALUE), null),
        new Payload.Other("nobody-knows", "{}"));
  }

  private interface Work {
    void run() throws Exception;
  }

  private interface SessionWork {
    void run(RecordingSession session) throws Exception;
  }

  private static void atOnce(List<RecordingSession> sessions, SessionWork work)
      throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (RecordingSession session : sessions) {
      threads.add(
          thread(
              () -> {
                go.await();
                work.run(session);
              },
              failure::set));
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join(patience().toMillis());
      assertThat(thread.isAlive()).as("it is still at it").isFalse();
    }
    assertThat(failure).hasValue(null);
  }

  private static Thread thread(Work work, Consumer<Throwable> failed) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                failed.accept(e);
              }
            },
            "junit-handler");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private List<String> newThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !name.startsWith("awaitility") && !name.startsWith("junit-"))
        .filter(name -> !name.startsWith("ForkJoinPool.commonPool"))
        .toList();
  }
}
