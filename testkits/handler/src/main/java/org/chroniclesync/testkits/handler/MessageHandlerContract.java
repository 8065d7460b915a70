// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Message;
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
  private static final Hello HELLO = new Hello(1, new FeedId("kit"));

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

  @Test
  void rule1HandlesWhatMakesSenseAndTheSameAgain() throws Exception {
    Provided provided = provide();
    assertThat(provided.types()).isNotEmpty();
    assertThat(provided.good()).isNotEmpty();
    assertThat(provided.good().stream().map(Payload::type)).hasSameElementsAs(provided.types());
    RecordingSession session = session("a", Failure.NONE);
    for (Payload payload : provided.good()) {
      provided.handler().handle(session, message(payload));
      provided.handler().handle(session, message(payload));
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
    Thread thread = thread(() -> provided.handler().handle(session, message(payload)), end::set);
    thread.join(patience().toMillis());
    assertThat(thread.isAlive()).as("it is still at it").isFalse();
    assertThat(end.get() instanceof Error).as("it ended by %s", end.get()).isFalse();
    for (Payload good : provided.good()) {
      provided.handler().handle(session, message(good));
    }
  }

  @Test
  void rule3SessionsDoNotDisturbEachOther() throws Exception {
    List<String> alone = calls(run(provide(), session("alone", Failure.NONE)));
    Provided provided = provide();
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<RecordingSession> sessions =
        IntStream.range(0, SESSIONS).mapToObj(i -> session("peer" + i, Failure.NONE)).toList();
    List<Thread> threads = new ArrayList<>();
    for (RecordingSession session : sessions) {
      threads.add(
          thread(
              () -> {
                go.await();
                run(provided, session);
              },
              failure::set));
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join(patience().toMillis());
      assertThat(thread.isAlive()).as("it is still at it").isFalse();
    }
    assertThat(failure).hasValue(null);
    assertThat(sessions).allSatisfy(session -> assertThat(calls(session)).isEqualTo(alone));
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
      Throwable thrown = handled(provided, session, payload);
      boolean status = Thread.interrupted();
      assertThat(session.failed()).as("how often it tried").isLessThanOrEqualTo(1);
      if (session.failed() > 0) {
        assertThat(
                status || chain(thrown).stream().anyMatch(InterruptedException.class::isInstance))
            .as("the interrupt is known")
            .isTrue();
      }
    }
  }

  @Test
  void rule6NothingGoesOnAfterwards() throws Exception {
    RecordingSession session = run(provide(), session("a", Failure.NONE));
    List<RecordingSession.Use> uses = session.uses();
    await().atMost(patience()).untilAsserted(() -> assertThat(newThreads()).isEmpty());
    assertThat(session.uses()).isEqualTo(uses);
  }

  /** How long a test waits for what should come at once. */
  private static Duration patience() {
    return Duration.ofSeconds(Integer.getInteger("chroniclesync.kit.patienceSeconds", 30));
  }

  private static RecordingSession run(Provided provided, RecordingSession session)
      throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      for (Payload payload : provided.good()) {
        provided.handler().handle(session, message(payload));
      }
    }
    return session;
  }

  private static @Nullable Throwable handled(
      Provided provided, RecordingSession session, Payload payload) {
    try {
      provided.handler().handle(session, message(payload));
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

  private static Message message(Payload payload) {
    return new Message(payload, "somebody", 1_700_000_000_000L);
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
