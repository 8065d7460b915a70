// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.jspecify.annotations.Nullable;

/** What passes between two peers to get a channel; see {@link Negotiator}. */
final class NegotiatedLink implements Link {
  /** How many offers of the peer are remembered: more than a peer makes in an hour. */
  private static final int MAX_ANSWERED = 256;

  private final Negotiator negotiator;
  private final Peering peering;
  private final Consumer<LinkEvent> listener;
  private final SignalBudget budget = new SignalBudget();

  // On the negotiator's thread only.
  private @Nullable Try offering;
  private @Nullable Try answering;
  private final Set<String> answered = new LinkedHashSet<>();

  private volatile boolean closed;

  NegotiatedLink(Negotiator negotiator, Peering peering, Consumer<LinkEvent> listener) {
    this.negotiator = negotiator;
    this.peering = peering;
    this.listener = listener;
  }

  @Override
  public void offer() {
    negotiator.thread().execute(this::offerNow);
  }

  @Override
  public void signal(Signal signal) {
    if (budget.take(signal)) {
      negotiator
          .thread()
          .execute(
              () -> {
                budget.giveBack(signal);
                take(signal);
              });
    }
  }

  @Override
  public void close() {
    closed = true;
    negotiator.thread().execute(this::closeNow);
  }

  void closeNow() {
    closed = true;
    drop(offering);
    drop(answering);
    offering = null;
    answering = null;
    negotiator.forget(this);
  }

  private void offerNow() {
    // While the peer's offer is being answered ours would reach it in the midst of connecting, and
    // a client of version 1 would apply it to the connection that it has. If the answer leads
    // nowhere the attempt ends by itself, and the owner may offer then.
    if (closed || answering != null) {
      return;
    }
    drop(offering);
    Try made = new Try(true);
    offering = made;
    made.begin(ConnectionAttempt::offer);
  }

  private void take(Signal signal) {
    if (closed) {
      return;
    }
    if (signal instanceof Signal.Offer offer) {
      takeOffer(offer);
    } else if (signal instanceof Signal.Answer answer && offering != null) {
      offering.answered(answer);
    } else if (signal instanceof Signal.Candidate candidate) {
      candidate(offering, candidate);
      candidate(answering, candidate);
    }
  }

  private void takeOffer(Signal.Offer offer) {
    String name;
    try {
      name = negotiator.technology().nameOf(offer.sdp());
    } catch (RuntimeException | Error e) {
      tell(new LinkEvent.Failed(failure(e)));
      return;
    }
    if (name != null && answered.contains(name)) {
      return;
    }
    Try ours = offering;
    if (offer.node() && ours != null && peering.self().compareTo(peering.peer()) < 0) {
      ours.repeat();
      return;
    }
    // An offer of ours that has not left yet would reach the peer after our answer.
    if (ours != null && (offer.node() || !ours.sent)) {
      drop(ours);
      offering = null;
    }
    drop(answering);
    Try made = new Try(false);
    answering = made;
    answers(name);
    made.begin(attempt -> attempt.answer(offer));
  }

  /**
   * Each offer is answered once. What came before may be played back: with two of them in turns
   * each would take the place of the other before its time is over, and nobody could offer
   * meanwhile.
   */
  private void answers(@Nullable String name) {
    if (name == null) {
      return;
    }
    if (answered.size() == MAX_ANSWERED) {
      answered.remove(answered.iterator().next());
    }
    answered.add(name);
  }

  private String failure(Throwable thrown) {
    negotiator.failed(thrown);
    return "the attempt to connect failed by an error of this node ("
        + thrown.getClass().getSimpleName()
        + "); its log says more";
  }

  private static void candidate(@Nullable Try to, Signal.Candidate candidate) {
    if (to != null) {
      to.use(attempt -> attempt.candidate(candidate));
    }
  }

  private static void drop(@Nullable Try dropped) {
    if (dropped != null) {
      dropped.abandon();
    }
  }

  private void tell(LinkEvent event) {
    negotiator.tell(() -> deliver(event));
  }

  /** A channel that nobody took has no owner but us. */
  private void deliver(LinkEvent event) {
    boolean taken = false;
    try {
      if (!closed) {
        listener.accept(event);
        taken = true;
      }
    } finally {
      if (!taken && event instanceof LinkEvent.Opened opened) {
        opened
            .channel()
            .close(new CloseReason(CloseReason.Kind.LOCAL, "this node had no use for it any more"));
      }
    }
  }

  /** An attempt, as its link sees it. */
  private final class Try implements ConnectionAttempt.Owner {
    private final boolean offers;
    private @Nullable ConnectionAttempt attempt;
    private Future<?> timer = CompletableFuture.completedFuture(null);

    /** Whether its offer was handed over. */
    private boolean sent;

    private boolean answered;

    Try(boolean offers) {
      this.offers = offers;
    }

    void begin(Consumer<ConnectionAttempt> how) {
      timer =
          peering.trickles()
              ? limit(negotiator.connectTimeout(peering), this::unreachable)
              : limit(negotiator.carryPatience(), this::notCarried);
      guarded(
          () -> {
            ConnectionAttempt made = negotiator.technology().attempt(peering, this);
            attempt = made;
            how.accept(made);
          });
    }

    /** Takes the answer to our offer; any but the first is ignored. */
    void answered(Signal.Answer answer) {
      if (sent && !answered) {
        answered = true;
        timer.cancel(false);
        timer = limit(negotiator.connectTimeout(peering), this::unreachable);
        use(made -> made.answered(answer));
      }
    }

    void repeat() {
      use(
          made -> {
            String pending = made.pendingOffer();
            if (pending != null) {
              tell(new LinkEvent.SignalOut(new Signal.Offer(pending, true)));
            }
          });
    }

    void use(Consumer<ConnectionAttempt> how) {
      ConnectionAttempt made = attempt;
      if (made != null) {
        guarded(() -> how.accept(made));
      }
    }

    private void guarded(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException | Error e) {
        giveUp(failure(e));
      }
    }

    private Future<?> limit(Duration patience, Consumer<Duration> over) {
      return negotiator.thread().schedule(patience, () -> over.accept(patience));
    }

    private void unreachable(Duration patience) {
      guarded(() -> giveUp(negotiator.technology().unreachable(patience)));
    }

    private void notCarried(Duration patience) {
      String within = patience.toSeconds() < 60 ? patience.toSeconds() + " s" : minutes(patience);
      giveUp(
          offers
              ? "nobody brought the other device's answer within "
                  + within
                  + "; make a new offer and carry it over"
              : "the other device did not connect within "
                  + within
                  + "; begin anew, and carry the answer back sooner");
    }

    private static String minutes(Duration patience) {
      return patience.toMinutes() + " minutes";
    }

    private void giveUp(String why) {
      abandon();
      failed(why);
    }

    void abandon() {
      timer.cancel(false);
      ConnectionAttempt made = attempt;
      attempt = null;
      if (made != null) {
        try {
          made.abandon();
        } catch (RuntimeException | Error e) {
          negotiator.failed(e);
        }
      }
    }

    @Override
    public void signal(Signal signal) {
      if (isCurrent()) {
        sent |= signal instanceof Signal.Offer;
        tell(new LinkEvent.SignalOut(signal));
      }
    }

    @Override
    public void progress(AttemptReport report) {
      tell(new LinkEvent.Progress(report));
    }

    @Override
    public void opened(Channel channel) {
      timer.cancel(false);
      if (!isCurrent()) {
        channel.close();
        return;
      }
      drop(offers ? answering : offering);
      offering = null;
      answering = null;
      tell(new LinkEvent.Opened(channel));
    }

    @Override
    public void failed(String why) {
      timer.cancel(false);
      if (isCurrent()) {
        offering = this.equals(offering) ? null : offering;
        answering = this.equals(answering) ? null : answering;
        if (offering == null && answering == null) {
          tell(new LinkEvent.Failed(why));
        }
      }
    }

    private boolean isCurrent() {
      return this.equals(offering) || this.equals(answering);
    }
  }
}
