// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.Signalled;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.java_websocket.WebSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class WebSocketDiscoveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String OURS = "chroniclesync-discovery";
  private static final RoomId ROOM = new RoomId("room");
  private static final Credentials ME = Credentials.withoutKey(new PeerId("me"));
  private static final PeerId ANN = new PeerId("ann");
  private static final PeerId BOB = new PeerId("bob");

  private final Events events = new Events();
  private final List<WebSocketDiscovery> discoveries = new ArrayList<>();

  @AfterEach
  void noThreadIsLeft() {
    // Of the listening side's own threads nothing is said; ours are known by name or group.
    // A test that failed leaves nothing that others would be blamed for.
    discoveries.forEach(WebSocketDiscovery::leave);
    assertThat(ourThreads()).isEmpty();
  }

  private WebSocketDiscovery discovery(String url) {
    return discovery(url, Map.of());
  }

  private WebSocketDiscovery discovery(String url, Map<String, Object> settings) {
    WebSocketDiscovery made = new WebSocketDiscovery(TestConfig.of(url, settings));
    discoveries.add(made);
    return made;
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(WebSocketDiscoveryTest::isOurs)
        .map(Thread::getName)
        .toList();
  }

  private static boolean isOurs(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return thread.getName().startsWith(OURS) || (group != null && group.getName().startsWith(OURS));
  }

  @Test
  void joinsAsksForPeersAndHearsOfThem() throws Exception {
    try (TestService service = new TestService(0, TestService.peers("ann", "me"));
        Membership membership = discovery(service.url()).join(new RoomId("a b&c"), ME, events)) {
      assertThat(events.next()).isEqualTo(new StateChanged(new DiscoveryState.Joining()));
      events.state(DiscoveryState.Joined.class);
      assertThat(events.next()).isEqualTo(new PeerSeen(ANN));
      WebSocket line = service.line();
      assertThat(line.<String>getAttachment()).isEqualTo("/?clientId=me&roomId=a+b%26c");
      line.send("{\"type\":\"peer-joined\",\"peerId\":\"me\"}");
      line.send("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
      assertThat(events.next()).isEqualTo(new PeerSeen(BOB));
      line.send("{\"type\":\"peer-left\",\"peerId\":\"bob\"}");
      assertThat(events.next()).isEqualTo(new PeerGone(BOB));
      assertThat(membership.trickles()).isTrue();
    }
    assertThat(events.rest()).containsExactly(new StateChanged(new DiscoveryState.Left()));
  }

  @Test
  void readsAndWritesSignals() throws Exception {
    try (TestService service = new TestService(0, TestService.peers("ann"));
        Membership membership = discovery(service.url()).join(ROOM, ME, events)) {
      WebSocket line = service.line();
      assertThat(service.heard()).isEqualTo("{\"type\":\"get-peers\"}");
      events.next(PeerSeen.class, seen -> true);
      membership.signal(ANN, new Signal.Offer("v=0\r\n\"ü", true));
      assertThat(service.heard())
          .isEqualTo(
              "{\"type\":\"signal\",\"targetId\":\"ann\",\"signal\":{\"type\":\"offer\","
                  + "\"sdp\":\"v=0\\r\\n\\\"ü\",\"node\":true}}");
      membership.signal(ANN, new Signal.Candidate(null, 1, "c"));
      assertThat(service.heard())
          .isEqualTo(
              "{\"type\":\"signal\",\"targetId\":\"ann\",\"signal\":{\"type\":\"candidate\","
                  + "\"candidate\":{\"sdpMid\":null,\"sdpMLineIndex\":1,\"candidate\":\"c\"}}}");
      line.send(
          "{\"signal\":{\"sdp\":\"s\",\"type\":\"answer\"},\"peerId\":\"ann\",\"type\":\"signal\"}");
      assertThat(events.next()).isEqualTo(new Signalled(ANN, new Signal.Answer("s")));
      line.send("{\"type\":\"what\"}");
      line.send("garbage");
      line.send("{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"type\":\"offer\"}}");
      line.send(
          ByteBuffer.wrap(
              "{\"type\":\"signal\",\"peerId\":\"bob\",\"signal\":{\"type\":\"offer\",\"sdp\":\"o\"}}"
                  .getBytes(UTF_8)));
      assertThat(events.next()).isEqualTo(new PeerSeen(BOB));
      assertThat(events.next()).isEqualTo(new Signalled(BOB, new Signal.Offer("o", false)));
    }
  }

  @RepeatedTest(50)
  void comesBackAfterTheServiceRestartsAndSaysWhatChanged() throws Exception {
    WebSocketDiscovery discovery;
    int port;
    try (TestService service = new TestService(0, TestService.peers("ann", "bob"))) {
      port = service.getPort();
      discovery = discovery(service.url());
      discovery.join(ROOM, ME, events);
      events.next(PeerSeen.class, seen -> seen.peer().equals(BOB));
    }
    try (TestService service = new TestService(port, TestService.peers("bob", "cid"))) {
      // The old service takes clients in until it has closed, so it may have been joined once more.
      List<DiscoveryEvent> told = events.until(new PeerSeen(new PeerId("cid")));
      assertThat(sinceJoined(told))
          .containsExactly(new PeerGone(ANN), new PeerSeen(BOB), new PeerSeen(new PeerId("cid")));
      assertThat(told).anyMatch(WebSocketDiscoveryTest::isWaiting);
      assertThat(service.heard()).isEqualTo("{\"type\":\"get-peers\"}");
      discovery.leave();
      assertThat(events.rest()).containsExactly(new StateChanged(new DiscoveryState.Left()));
      assertThat(ourThreads()).isEmpty();
    }
  }

  private static List<DiscoveryEvent> sinceJoined(List<DiscoveryEvent> told) {
    List<DiscoveryEvent> since = new ArrayList<>();
    for (DiscoveryEvent event : told) {
      if (event instanceof StateChanged) {
        since.clear();
      } else {
        since.add(event);
      }
    }
    return since;
  }

  private static boolean isWaiting(DiscoveryEvent event) {
    return event instanceof StateChanged changed
        && changed.state() instanceof DiscoveryState.Waiting;
  }

  @Test
  void sendsWhatWaitedAndDropsTheOldest() throws Exception {
    int port;
    try (TestService service = new TestService(0, TestService.peers())) {
      port = service.getPort();
    }
    WebSocketDiscovery discovery =
        discovery("ws://127.0.0.1:" + port, Map.of("queueBytes", 65_536));
    Membership membership = discovery.join(ROOM, ME, events);
    events.state(DiscoveryState.Waiting.class);
    for (int i = 0; i < 10; i++) {
      membership.signal(ANN, new Signal.Offer(i + "x".repeat(4_000), false));
    }
    try (TestService service = new TestService(port, TestService.peers())) {
      assertThat(service.heard()).contains("get-peers");
      for (int i = 5; i < 10; i++) {
        assertThat(service.heard()).contains("\"" + i + "x");
      }
      membership.close();
    }
  }

  @Test
  void noticesADeadLine() throws Exception {
    Map<String, Object> quick = Map.of("pingIntervalMillis", 50L, "pongTimeoutMillis", 100L);
    try (TestService deaf = new TestService(0, (line, text) -> {});
        Membership membership = discovery(deaf.url(), quick).join(ROOM, ME, events)) {
      assertThat(events.state(DiscoveryState.Waiting.class).why()).contains("stopped answering");
      events.state(DiscoveryState.Joined.class);
      assertThat(membership.trickles()).isTrue();
    }
  }

  @Test
  void keepsALineThatAnswers() throws Exception {
    Map<String, Object> quick = Map.of("pingIntervalMillis", 50L, "pongTimeoutMillis", 2_000L);
    try (TestService service = new TestService(0, TestService.peers());
        Membership membership = discovery(service.url(), quick).join(ROOM, ME, events)) {
      events.state(DiscoveryState.Joined.class);
      await().atMost(Duration.ofSeconds(50)).until(() -> service.received.size() > 3);
      assertThat(events.rest()).isEmpty();
      assertThat(membership.trickles()).isTrue();
    }
  }

  @Test
  void aBusyListenerIsNoDeadLineAndHoldsBackTheService() throws Exception {
    Map<String, Object> quick = Map.of("pingIntervalMillis", 50L, "pongTimeoutMillis", 2_000L);
    CountDownLatch go = new CountDownLatch(1);
    try (TestService service = new TestService(0, TestService.peers("ann"));
        Membership membership =
            discovery(service.url(), quick)
                .join(
                    ROOM,
                    ME,
                    event -> {
                      events.accept(event);
                      if (event instanceof PeerSeen) {
                        awaitQuietly(go);
                      }
                    })) {
      events.next(PeerSeen.class, seen -> true);
      // Longer than a line that does not answer is kept.
      await().atMost(PATIENCE).pollDelay(2_500, TimeUnit.MILLISECONDS).until(() -> true);
      assertThat(events.rest()).isEmpty();
      go.countDown();
      service.line().send("{\"type\":\"peer-left\",\"peerId\":\"ann\"}");
      assertThat(events.next()).isEqualTo(new PeerGone(ANN));
      assertThat(membership.trickles()).isTrue();
    }
  }

  /** A node starts threads of its own when it first hears of something. */
  @Test
  void aThreadThatTheListenerStartsIsNoneOfOurs() throws Exception {
    // A thread is in the group of whoever starts it, unless something else is said.
    ExecutorService node = Executors.newSingleThreadExecutor(Thread::new);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> undisturbed = new CompletableFuture<>();
    try (TestService service = new TestService(0, TestService.peers("ann"))) {
      WebSocketDiscovery discovery = discovery(service.url());
      Membership membership =
          discovery.join(
              ROOM,
              ME,
              event -> {
                if (event instanceof PeerSeen) {
                  node.execute(
                      () -> {
                        busy.countDown();
                        awaitQuietly(go);
                        undisturbed.complete(!Thread.interrupted());
                      });
                }
              });
      busy.await();

      membership.close();

      assertThat(ourThreads()).isEmpty();
      go.countDown();
      assertThat(undisturbed.get(60, TimeUnit.SECONDS)).isTrue();
      // It may close what it joined, too: it is not the listener's thread.
      Membership again = discovery.join(ROOM, ME, events);
      events.state(DiscoveryState.Joined.class);
      node.submit(again::close).get(60, TimeUnit.SECONDS);
    } finally {
      node.shutdownNow();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aMessageTooLargeEndsTheLine() throws Exception {
    try (TestService service =
            new TestService(0, (line, text) -> line.send("\"" + "x".repeat(5_000) + "\""));
        Membership membership =
            discovery(service.url(), Map.of("maxMessageBytes", 4_096)).join(ROOM, ME, events)) {
      assertThat(events.state(DiscoveryState.Waiting.class).why()).contains("more than 4096 bytes");
      assertThat(membership.trickles()).isTrue();
    }
  }

  @Test
  void somebodyUnderTheSameNameIsSaid() throws Exception {
    try (TestService service = new TestService(0, (line, text) -> line.close(4001, "replaced"));
        Membership membership = discovery(service.url()).join(ROOM, ME, events)) {
      assertThat(events.state(DiscoveryState.Waiting.class).why())
          .contains("Somebody joined under the name");
      assertThat(membership.trickles()).isTrue();
    }
  }

  @Test
  void theListenerMustNotCloseItsMembership() throws Exception {
    CompletableFuture<Membership> membership = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    try (TestService service = new TestService(0, TestService.peers())) {
      membership.complete(
          discovery(service.url())
              .join(
                  ROOM,
                  ME,
                  event -> {
                    try {
                      membership.get().close();
                    } catch (IllegalStateException | InterruptedException | ExecutionException e) {
                      closed.completeExceptionally(e);
                    }
                  }));
      assertThatThrownBy(() -> closed.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
      membership.get().close();
    }
  }

  @RepeatedTest(50)
  void manyThreadsMaySignalWhileItIsClosed() throws Exception {
    // Once in some hundred runs on a busy machine the JDK's client does not deliver the answer that
    // the service sent. The ping notices that nothing is heard, and the next line delivers it.
    Map<String, Object> quick = Map.of("pingIntervalMillis", 1_000L, "pongTimeoutMillis", 1_000L);
    try (TestService service = new TestService(0, TestService.peers("ann"))) {
      WebSocketDiscovery discovery = discovery(service.url(), quick);
      Membership membership = discovery.join(ROOM, ME, events);
      var pool = Executors.newFixedThreadPool(3);
      for (int thread = 0; thread < 3; thread++) {
        pool.execute(
            () -> {
              for (int i = 0; i < 200; i++) {
                membership.signal(ANN, new Signal.Answer("s" + i));
              }
            });
      }
      events.next(PeerSeen.class, seen -> true);
      pool.execute(membership::close);
      membership.close();
      assertThat(ourThreads()).isEmpty();
      pool.shutdown();
      assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(events.rest()).endsWith(new StateChanged(new DiscoveryState.Left()));
      assertThatThrownBy(
              () -> {
                discovery.leave();
                discovery.join(ROOM, ME, events);
              })
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
