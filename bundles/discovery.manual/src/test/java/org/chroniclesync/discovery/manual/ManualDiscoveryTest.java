// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.chroniclesync.support.carried.CompactSignal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManualDiscoveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final RoomId ROOM = new RoomId("ab557zwo");
  private static final String SDP = "v=0\r\na=\"quoted\" \u00fc\r\n";
  private static final String OFFER = "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}";

  private final Node here = new Node("aNode", 100, 1_000, 100);
  private final Node there = new Node("-other", 60_000, 60_000, 60_000);

  @AfterEach
  void leave() {
    here.discovery.leave();
    there.discovery.leave();
  }

  private record TestConfig(
      long signalTimeoutMillis,
      long carryTimeoutMillis,
      long connectTimeoutMillis,
      int maxExchanges)
      implements Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return Config.class;
    }
  }

  /** A node that sees to its signals as the core does, if it is told to. */
  private static final class Node {
    final ManualDiscovery discovery;
    final PeerId self;
    final List<DiscoveryEvent> events = new CopyOnWriteArrayList<>();
    final Membership membership;

    Node(
        String self, long signalTimeoutMillis, long carryTimeoutMillis, long connectTimeoutMillis) {
      discovery =
          new ManualDiscovery(
              new TestConfig(signalTimeoutMillis, carryTimeoutMillis, connectTimeoutMillis, 3));
      this.self = new PeerId(self);
      membership = discovery.join(ROOM, Credentials.withoutKey(this.self), events::add);
    }

    <E extends DiscoveryEvent> E event(Class<E> type, int number) {
      await()
          .atMost(PATIENCE)
          .until(() -> events.stream().filter(type::isInstance).count() > number);
      return type.cast(
          events.stream().filter(type::isInstance).skip(number).findFirst().orElseThrow());
    }

    PeerId seen(int number) {
      return event(PeerSeen.class, number).peer();
    }
  }

  private static String get(CompletableFuture<String> text) throws Exception {
    return text.get(60, TimeUnit.SECONDS);
  }

  @Test
  void carriesOfferAndAnswer() throws Exception {
    CompletableFuture<String> offerText = there.discovery.offer().toCompletableFuture();
    PeerId answerer = there.seen(0);
    assertThat(there.self).isLessThan(answerer);
    assertThat(offerText).isNotDone();
    there.membership.signal(answerer, new Signal.Candidate("0", 0, "candidate:1"));
    there.membership.signal(answerer, new Signal.Offer(SDP, true));

    Node other = new Node("zNode", 60_000, 60_000, 60_000);
    try {
      CompletableFuture<String> answerText =
          other.discovery.answer(get(offerText)).toCompletableFuture();
      Signalled offered = other.event(Signalled.class, 0);
      assertThat(offered.signal()).isEqualTo(new Signal.Offer(SDP, true));
      assertThat(offered.peer()).isLessThan(other.self);
      assertThat(other.events).noneMatch(PeerSeen.class::isInstance);
      other.membership.signal(offered.peer(), new Signal.Offer(SDP, true));
      other.membership.signal(offered.peer(), new Signal.Answer(SDP));

      there.discovery.accept(get(answerText));

      assertThat(there.event(Signalled.class, 0))
          .isEqualTo(new Signalled(answerer, new Signal.Answer(SDP)));
    } finally {
      other.discovery.leave();
    }
  }

  @Test
  void writesWhatLegacyClientsRead() throws Exception {
    CompletableFuture<String> text = there.discovery.offer().toCompletableFuture();
    there.membership.signal(there.seen(0), new Signal.Offer("v=0\r\n", false));

    assertThat(get(text)).isEqualTo(OFFER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", " \n%s\n", "\t%s "})
  void readsJsonBase64AndWhatACameraReads(String around) {
    String base64 =
        Base64.getMimeEncoder(10, "\r\n".getBytes(UTF_8)).encodeToString(OFFER.getBytes(UTF_8));
    String urlSafe = Base64.getUrlEncoder().withoutPadding().encodeToString(OFFER.getBytes(UTF_8));
    for (String text : List.of(OFFER, base64, urlSafe, CompactSignal.of(OFFER))) {
      assertThat(SignalText.offer(around.formatted(text)))
          .isEqualTo(new Signal.Offer("v=0\r\n", false));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|paste the whole offer",
        "hello world|copy the whole text",
        "é|copy the whole text",
        "{\"type\":\"offer\"|copy the whole text",
        "{\"type\":\"offer\",\"sdp\":\"x\"} x|copy the whole text",
        "{\"type\":\"offer\",\"type\":\"offer\",\"sdp\":\"x\"}|copy the whole text",
        "{\"type\":\"candidate\",\"candidate\":{}}|copy the whole text",
        "{\"sdp\":\"x\"}|copy the whole text",
        "{\"type\":\"offer\",\"sdp\":7}|no description",
        "{\"type\":\"offer\",\"sdp\":\" \"}|no description",
        "{\"type\":\"sealed\",\"data\":\"x\"}|this was sealed for a discovery service",
        "{\"type\":\"answer\",\"sdp\":\"x\"}|this is an answer, but an offer is needed"
      })
  void saysWhatIsWrongWithAnOffer(String text, String sentence) {
    assertThatThrownBy(() -> there.discovery.answer(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void keepsTheBounds() {
    String longSdp = "x".repeat(Signal.MAX_SDP_CHARS + 1);
    assertThatThrownBy(
            () -> there.discovery.answer("{\"type\":\"offer\",\"sdp\":\"" + longSdp + "\"}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> there.discovery.answer(" ".repeat(SignalText.MAX_TEXT_CHARS + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too long");
    for (int i = 0; i < 3; i++) {
      assertThat(there.discovery.answer(OFFER).toCompletableFuture()).isNotDone();
    }
    assertThatThrownBy(() -> there.discovery.answer(OFFER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("3 exchanges");
  }

  @Test
  void anAnswerNeedsAnOffer() {
    String answer = "{\"type\":\"answer\",\"sdp\":\"x\"}";

    assertThatThrownBy(() -> there.discovery.accept(answer))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("make one");
    assertThatThrownBy(() -> there.discovery.accept(OFFER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an answer is needed");
  }

  @Test
  void aNewOfferTakesThePlaceOfTheOld() throws Exception {
    CompletableFuture<String> first = there.discovery.offer().toCompletableFuture();
    CompletableFuture<String> second = there.discovery.offer().toCompletableFuture();
    there.membership.signal(there.seen(1), new Signal.Offer(SDP, true));

    assertThat(get(second)).contains("offer");
    assertThatThrownBy(() -> get(first)).hasMessageContaining("took the place");
    assertThat(there.event(PeerGone.class, 0).peer()).isEqualTo(there.seen(0));
  }

  @Test
  void onlyTheFirstOfferCounts() throws Exception {
    CompletableFuture<String> text = there.discovery.offer().toCompletableFuture();
    there.membership.signal(there.seen(0), new Signal.Offer("first", true));
    there.membership.signal(there.seen(0), new Signal.Offer("second", true));

    assertThat(get(text)).contains("first");
  }

  @Test
  void givesUpWhereNoTransportMakesAnOffer() {
    CompletableFuture<String> text = here.discovery.offer().toCompletableFuture();

    assertThatThrownBy(() -> get(text)).hasMessageContaining("is a transport there?");
    assertThat(here.event(PeerGone.class, 0).peer()).isEqualTo(here.seen(0));
  }

  @Test
  void thePeerGoesWhenItsExchangeIsOver() throws Exception {
    Node soon = new Node("soon", 60_000, 60_000, 100);
    try {
      CompletableFuture<String> text = soon.discovery.offer().toCompletableFuture();
      soon.membership.signal(soon.seen(0), new Signal.Offer(SDP, true));
      assertThat(get(text)).contains("offer");

      soon.discovery.accept("{\"type\":\"answer\",\"sdp\":\"x\"}");

      assertThat(soon.event(PeerGone.class, 0).peer()).isEqualTo(soon.seen(0));
      assertThat(soon.events.indexOf(soon.event(Signalled.class, 0)))
          .isLessThan(soon.events.indexOf(soon.event(PeerGone.class, 0)));
    } finally {
      soon.discovery.leave();
    }
  }

  @Test
  void nothingHappensAfterLeaving() {
    assertThat(there.membership.trickles()).isFalse();
    CompletableFuture<String> text = there.discovery.offer().toCompletableFuture();
    PeerId peer = there.seen(0);

    there.membership.close();
    there.membership.close();

    int told = there.events.size();
    there.membership.signal(peer, new Signal.Offer(SDP, true));
    assertThatThrownBy(() -> get(text)).hasMessageContaining("left its room");
    assertThatThrownBy(() -> there.discovery.offer()).isInstanceOf(IllegalStateException.class);
    assertThat(there.events).hasSize(told);
    assertThat(there.events.get(0))
        .matches(e -> ((StateChanged) e).state() instanceof DiscoveryState.Joined);
    assertThat(there.events.get(told - 1)).isEqualTo(new StateChanged(new DiscoveryState.Left()));
  }

  @Test
  void aListenerMustNotCloseItsMembership() {
    CompletableFuture<Membership> given = new CompletableFuture<>();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    given.complete(
        there.discovery.join(
            ROOM,
            Credentials.withoutKey(there.self),
            event -> {
              try {
                given.join().close();
              } catch (IllegalStateException e) {
                thrown.complete(e);
              }
            }));

    assertThat(thrown.join()).hasMessageContaining("its own listener");
  }

  @Test
  void aServiceThatLeftTakesNobodyIn() {
    there.discovery.leave();

    assertThatThrownBy(
            () -> there.discovery.join(ROOM, Credentials.withoutKey(there.self), event -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesTheWrongConfiguration() {
    assertThatThrownBy(() -> new ManualDiscovery(new TestConfig(1, 1_000, 100, 1)))
        .hasMessageContaining("signalTimeoutMillis of org.chroniclesync.discovery.manual is 1;");
    assertThatThrownBy(() -> new ManualDiscovery(new TestConfig(100, 1_000, 100, 65)))
        .hasMessageContaining("maxExchanges of org.chroniclesync.discovery.manual is 65;");
  }
}
