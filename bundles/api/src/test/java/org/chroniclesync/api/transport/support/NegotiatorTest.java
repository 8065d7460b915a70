// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class NegotiatorTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration BRIEF = Duration.ofMillis(20);
  private static final PeerId A = new PeerId("node.a");
  private static final PeerId B = new PeerId("node.b");

  private final BlockingQueue<Recorded> attempts = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
  private final Scripted technology = new Scripted();
  private Negotiator negotiator = negotiator(LONG, LONG);

  private Negotiator negotiator(Duration connect, Duration carry) {
    return negotiator(connect, carry, LONG);
  }

  private Negotiator negotiator(Duration connect, Duration carry, Duration stranger) {
    return new Negotiator("negotiator-test", connect, carry, stranger, technology, failures::add);
  }

  @AfterEach
  void close() {
    negotiator.close(() -> {}, LONG);
  }

  private Link link(PeerId self, PeerId peer) {
    return negotiator.link(Peering.of(self, peer), events::add);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  private static LinkEvent out(Signal signal) {
    return new LinkEvent.SignalOut(signal);
  }

  private static Signal.Offer offer(String sdp, boolean node) {
    return new Signal.Offer(sdp, node);
  }

  /** Returns when all that was handed over has been dealt with, and told. */
  private void settle() {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    negotiator.thread().execute(() -> negotiator.tell(() -> settled.complete(null)));
    settled.join();
  }

  @Test
  void offersThatArePlayedBackInTurnsAreAnsweredOnceEach() throws Exception {
    Link link = link(A, B);
    for (int i = 0; i < 20; i++) {
      link.signal(offer("yesterday 1", true));
      link.signal(offer("yesterday 2", true));
      settle();
    }
    assertThat(attempts).hasSize(2);
    assertThat(failures).isEmpty();
  }

  @Test
  void anOfferThatIsAnsweredGivesAChannel() throws Exception {
    Link link = link(A, B);
    link.offer();
    Recorded attempt = next(attempts);
    assertThat(next(events)).isEqualTo(out(offer("offer 1", true)));

    link.signal(new Signal.Answer("answer"));
    link.signal(new Signal.Answer("another"));
    assertThat(next(attempt.calls)).isEqualTo("answered answer");
    Line channel = new Line();
    attempt.tell(owner -> owner.opened(channel));

    assertThat(next(events)).isEqualTo(new LinkEvent.Opened(channel));
    attempt.tell(owner -> owner.failed("its channel ended; the link is not concerned"));
    settle();
    assertThat(events).isEmpty();
    assertThat(attempt.calls).isEmpty();
    assertThat(channel.closed).isNotDone();
  }

  @Test
  void anAnswerBeforeTheOfferWasSentIsOfNoUse() throws Exception {
    technology.describes = false;
    Link link = link(A, B);
    link.offer();
    Recorded attempt = next(attempts);

    link.signal(new Signal.Answer("guessed"));
    settle();
    attempt.describe();
    link.signal(new Signal.Answer("real"));

    assertThat(next(attempt.calls)).isEqualTo("answered real");
  }

  @Test
  void l2_theSmallerRepeatsItsOfferAndTheGreaterAnswers() throws Exception {
    Link smaller = link(A, B);
    smaller.offer();
    assertThat(next(events)).isEqualTo(out(offer("offer 1", true)));
    smaller.signal(offer("theirs", true));
    assertThat(next(events)).isEqualTo(out(offer("offer 1", true)));
    settle();
    assertThat(attempts).hasSize(1);
    attempts.clear();

    Link greater = link(B, A);
    greater.offer();
    Recorded dropped = next(attempts);
    assertThat(next(events)).isEqualTo(out(offer("offer 2", true)));
    greater.signal(offer("theirs", true));
    greater.signal(offer("theirs", true));
    assertThat(next(events)).isEqualTo(out(new Signal.Answer("answer to theirs")));
    settle();
    assertThat(next(dropped.calls)).isEqualTo("abandoned");
    assertThat(attempts).hasSize(1);
    assertThat(events).isEmpty();
  }

  @Test
  void l2_withAClientOfVersionOneBothAreTriedAndTheFirstToOpenIsUsed() throws Exception {
    Link link = link(A, B);
    link.offer();
    Recorded ours = next(attempts);
    link.signal(offer("theirs", false));
    Recorded second = next(attempts);
    link.signal(new Signal.Candidate(null, 0, "for either"));
    assertThat(next(ours.calls)).isEqualTo("candidate for either");
    assertThat(next(second.calls)).isEqualTo("candidate for either");
    link.signal(new Signal.Answer("answer"));
    assertThat(next(ours.calls)).isEqualTo("answered answer");

    second.tell(owner -> owner.opened(new Line()));

    assertThat(next(ours.calls)).isEqualTo("abandoned");
    settle();
    assertThat(events).last().isInstanceOf(LinkEvent.Opened.class);
  }

  @Test
  void l2_toAClientOfVersionOneNoOfferIsSentAfterItsOwn() throws Exception {
    technology.describes = false;
    Link link = link(A, B);
    link.offer();
    Recorded ours = next(attempts);

    link.signal(offer("theirs", false));

    assertThat(next(ours.calls)).isEqualTo("abandoned");
    ours.describe();
    link.offer();
    settle();
    assertThat(events).containsExactly(out(new Signal.Answer("answer to theirs")));
    assertThat(attempts).hasSize(1);
  }

  @Test
  void l4_anErrorOfTheTechnologyIsToldAtOnceAndTheLinkStaysUsable() throws Exception {
    Error error = new UnsatisfiedLinkError("no such library, says the test");
    technology.thrown = error;
    Link link = link(A, B);
    link.offer();

    assertThat(next(events))
        .isInstanceOfSatisfying(
            LinkEvent.Failed.class,
            failed -> assertThat(failed.why()).contains("UnsatisfiedLinkError").contains("log"));
    assertThat(next(failures)).isSameAs(error);
    assertThat(next(next(attempts).calls)).isEqualTo("abandoned");
    link.signal(offer("theirs", true));
    assertThat(next(events)).isInstanceOf(LinkEvent.Failed.class);

    technology.thrown = null;
    link.offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
  }

  @Test
  void l4_anOfferThatCannotBeReadIsSaidAndTheAttemptUnderWayGoesOn() throws Exception {
    Link link = link(A, B);
    link.offer();
    Recorded attempt = next(attempts);
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);

    link.signal(offer(Scripted.UNREADABLE, true));
    assertThat(why()).contains("StackOverflowError");
    assertThat(next(failures)).isInstanceOf(StackOverflowError.class);

    link.signal(new Signal.Answer("answer"));
    assertThat(next(attempt.calls)).isEqualTo("answered answer");
  }

  @Test
  void t3_aListenerThatThrowsAnErrorIsToldOfTheRest() throws Exception {
    Error error = new NoClassDefFoundError("as in a hot swap, says the test");
    Link link =
        negotiator.link(
            Peering.of(A, B),
            event -> {
              events.add(event);
              throw error;
            });
    link.offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    Line channel = new Line();
    next(attempts).tell(owner -> owner.opened(channel));

    assertThat(next(events)).isEqualTo(new LinkEvent.Opened(channel));
    // Nobody has it.
    assertThat(channel.closed.join().kind()).isEqualTo(CloseReason.Kind.LOCAL);
    link.offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    assertThat(failures).contains(error);
  }

  @RepeatedTest(50)
  void l5_aChannelThatOpensWhileTheLinkClosesIsHandedOutOrClosed() throws Exception {
    Link link = link(A, B);
    link.offer();
    Recorded attempt = next(attempts);
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    Line channel = new Line();

    attempt.tell(owner -> owner.opened(channel));
    link.close();
    settle();

    assertThat(channel.closed.isDone())
        .isNotEqualTo(events.contains(new LinkEvent.Opened(channel)));
    link.offer();
    settle();
    assertThat(attempts).isEmpty();
  }

  @Test
  void l6_whatNobodyCarriesBackNamesTheTimeThatWasMeantForIt() throws Exception {
    negotiator = negotiator(LONG, BRIEF);
    Link link = negotiator.link(new Peering(A, B, false, true), events::add);
    link.offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    assertThat(why()).contains("answer within 0 s").contains("carry");

    link.signal(offer("theirs", true));
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    assertThat(why()).contains("did not connect within 0 s");
  }

  @Test
  void l6_onceBothDescriptionsAreHereTheConnectTimeoutCounts() throws Exception {
    negotiator = negotiator(BRIEF, LONG);
    Link carried = negotiator.link(new Peering(A, B, false, true), events::add);
    carried.offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    Recorded attempt = next(attempts);
    carried.signal(new Signal.Answer("answer"));
    assertThat(why()).isEqualTo("unreachable for " + BRIEF);
    assertThat(next(attempt.calls)).isEqualTo("answered answer");
    assertThat(next(attempt.calls)).isEqualTo("abandoned");

    Link trickling = link(A, B);
    trickling.offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    assertThat(why()).isEqualTo("unreachable for " + BRIEF);
  }

  private String why() throws InterruptedException {
    return ((LinkEvent.Failed) next(events)).why();
  }

  @Test
  void l8_anAttemptWithAStrangerIsGivenUpSooner() throws Exception {
    negotiator = negotiator(LONG, LONG, BRIEF);
    negotiator.link(new Peering(A, B, true, false), events::add).offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    assertThat(why()).isEqualTo("unreachable for " + BRIEF);
    assertThat(next(next(attempts).calls)).isEqualTo("abandoned");

    // With a device of the account it goes on.
    link(A, B).offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    Recorded attempt = next(attempts);
    Line channel = new Line();
    attempt.tell(owner -> owner.opened(channel));
    assertThat(next(events)).isEqualTo(new LinkEvent.Opened(channel));
    assertThat(attempt.calls).isEmpty();
  }

  @Test
  void l8_aConnectTimeoutThatIsShorterHoldsForAStrangerToo() throws Exception {
    negotiator = negotiator(BRIEF, LONG, LONG);
    negotiator.link(new Peering(A, B, true, false), events::add).offer();
    assertThat(next(events)).isInstanceOf(LinkEvent.SignalOut.class);
    assertThat(why()).isEqualTo("unreachable for " + BRIEF);
  }

  @Test
  void signalsThatNobodyCanDealWithFillNoMemory() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    negotiator.thread().execute(() -> awaitQuietly(free));
    Link link = link(B, A);
    Signal noise = offer("x".repeat(Signal.MAX_SDP_CHARS), true);
    technology.thrown = new IllegalArgumentException("noise");

    for (int i = 0; i < 1_000; i++) {
      link.signal(noise);
    }
    free.countDown();
    settle();

    assertThat(failures).hasSize(SignalBudget.MAX_CHARS / Signal.MAX_SDP_CHARS - 1);
    failures.clear();
    link.signal(noise);
    settle();
    assertThat(failures).hasSize(1);
  }

  @Test
  void t4_theLastTaskRunsWhenTheLinksAreClosed() throws Exception {
    Link link = link(A, B);
    link.offer();
    Recorded attempt = next(attempts);
    BlockingQueue<String> last = new LinkedBlockingQueue<>();

    assertThat(negotiator.close(() -> last.add(poll(attempt.calls)), LONG)).isTrue();

    assertThat(last).containsExactly("abandoned");
    negotiator.link(Peering.of(A, B), events::add).offer();
    assertThat(attempts).isEmpty();
  }

  private static String poll(BlockingQueue<String> queue) {
    String next = queue.poll();
    return next == null ? "nothing" : next;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Scripted implements Technology {
    private static final String UNREADABLE = "unreadable";

    private volatile boolean describes = true;
    private volatile @Nullable Throwable thrown;
    private int made;

    @Override
    public ConnectionAttempt attempt(Peering peering, ConnectionAttempt.Owner owner) {
      Recorded attempt = new Recorded(owner, ++made);
      attempts.add(attempt);
      return attempt;
    }

    @Override
    public @Nullable String nameOf(String sdp) {
      if (sdp.equals(UNREADABLE)) {
        throw new StackOverflowError("a parser that recurses, says the test");
      }
      return sdp.length() > 1_000 ? null : sdp;
    }

    @Override
    public String unreachable(Duration patience) {
      return "unreachable for " + patience;
    }

    private void maybeThrow() {
      Throwable now = thrown;
      if (now instanceof Error error) {
        throw error;
      } else if (now instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }

  private final class Recorded implements ConnectionAttempt {
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final Owner owner;
    private final int number;
    private boolean pending;

    Recorded(Owner owner, int number) {
      this.owner = owner;
      this.number = number;
    }

    void tell(Consumer<Owner> what) {
      negotiator.thread().execute(() -> what.accept(owner));
    }

    void describe() {
      tell(told -> told.signal(NegotiatorTest.offer("offer " + number, true)));
    }

    @Override
    public void offer() {
      technology.maybeThrow();
      pending = technology.describes;
      if (pending) {
        owner.signal(NegotiatorTest.offer("offer " + number, true));
      }
    }

    @Override
    public void answer(Signal.Offer offer) {
      technology.maybeThrow();
      owner.signal(new Signal.Answer("answer to " + offer.sdp()));
    }

    @Override
    public void answered(Signal.Answer answer) {
      calls.add("answered " + answer.sdp());
    }

    @Override
    public void candidate(Signal.Candidate candidate) {
      calls.add("candidate " + candidate.candidate());
    }

    @Override
    public @Nullable String pendingOffer() {
      return pending ? "offer " + number : null;
    }

    @Override
    public void abandon() {
      calls.add("abandoned");
    }
  }

  /** A channel of which only the end matters. */
  private static final class Line implements Channel {
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

    @Override
    public void send(Frame frame) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean flush(Duration patience) {
      return true;
    }

    @Override
    public @Nullable Frame receive(Duration patience) {
      return null;
    }

    @Override
    public int maxFrameBytes() {
      return 16_384;
    }

    @Override
    public ChannelBinding binding() {
      return new ChannelBinding(new byte[0]);
    }

    @Override
    public void close(CloseReason reason) {
      closed.complete(reason);
    }
  }
}
