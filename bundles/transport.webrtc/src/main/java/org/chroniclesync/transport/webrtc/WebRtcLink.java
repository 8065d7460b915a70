// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.jspecify.annotations.Nullable;

/**
 * What passes between two peers to get a channel, and what happens when both offer at once.
 *
 * <p>Between two nodes the offer of the smaller peer id stands: the greater drops its own and
 * answers, the smaller goes on waiting for its answer. Both compare the same two ids, so they
 * agree. In case the greater never saw the offer that it should have answered, the smaller repeats
 * it; a repeated offer is known by its name (ufrag) and answered once.
 *
 * <p>Of a client of version 1 nobody knows what it does with our offer when it has made its own: it
 * may take its own back and answer ours, ignore ours, or begin anew with ours. So ours stays if it
 * was sent, and its is answered on a second connection. The first on which the channel opens is
 * used, the other is given up: whatever the client does, it follows one of the two. After its offer
 * came none of ours is sent: it would take that as a change of the connection that it has.
 *
 * <p>An offer that comes when a channel is open means that the peer began anew. It is answered on a
 * new connection; once that opens, the owner of the old channel closes it.
 */
final class WebRtcLink implements Link, Attempt.Owner {
  private final WebRtcTransport transport;
  private final PeerId self;
  private final PeerId peer;
  private final boolean trickles;
  private final Consumer<LinkEvent> listener;
  private final Backlog backlog = new Backlog();

  // On the transport's thread only.
  private @Nullable Attempt offering;
  private @Nullable Attempt answering;
  private @Nullable String answered;
  private boolean closed;

  WebRtcLink(
      WebRtcTransport transport,
      PeerId self,
      PeerId peer,
      boolean trickles,
      Consumer<LinkEvent> listener) {
    this.transport = transport;
    this.self = self;
    this.peer = peer;
    this.trickles = trickles;
    this.listener = listener;
  }

  @Override
  public void offer() {
    transport.turns().post(this::offerNow);
  }

  @Override
  public void signal(Signal signal) {
    if (backlog.add(signal)) {
      transport
          .turns()
          .post(
              () -> {
                backlog.remove(signal);
                take(signal);
              });
    }
  }

  @Override
  public void close() {
    transport.turns().post(this::closeNow);
  }

  void closeNow() {
    closed = true;
    drop(offering);
    drop(answering);
    offering = null;
    answering = null;
    transport.forget(this);
  }

  private void offerNow() {
    // While the peer's offer is being answered ours would reach it in the midst of connecting, and
    // a client of version 1 would apply it to the connection that it has. If the answer leads
    // nowhere the attempt ends by itself, and the owner may offer then.
    if (closed || answering != null) {
      return;
    }
    drop(offering);
    Attempt attempt = transport.attempt(trickles, this);
    offering = attempt;
    try {
      attempt.offer();
    } catch (Library.Missing e) {
      missing(attempt, e);
    }
  }

  private void take(Signal signal) {
    if (closed) {
      return;
    }
    if (signal instanceof Signal.Offer offer) {
      takeOffer(offer);
    } else if (signal instanceof Signal.Answer answer && offering != null) {
      offering.answered(answer.sdp());
    } else if (signal instanceof Signal.Candidate candidate) {
      takeCandidate(candidate);
    }
  }

  private void takeOffer(Signal.Offer offer) {
    String name = Sdp.ufrag(offer.sdp());
    if (name != null && name.equals(answered)) {
      return;
    }
    Attempt ours = offering;
    if (offer.node() && ours != null && self.compareTo(peer) < 0) {
      repeat(ours);
      return;
    }
    // An offer of ours that has not left yet would reach the peer after our answer.
    if (ours != null && (offer.node() || !ours.isDescribed())) {
      drop(ours);
      offering = null;
    }
    drop(answering);
    Attempt attempt = transport.attempt(trickles, this);
    answering = attempt;
    answered = name;
    try {
      attempt.answer(offer.sdp());
    } catch (Library.Missing e) {
      missing(attempt, e);
    }
  }

  private void repeat(Attempt ours) {
    String pending = ours.pendingOffer();
    if (pending != null) {
      tell(new LinkEvent.SignalOut(new Signal.Offer(pending, true)));
    }
  }

  private void takeCandidate(Signal.Candidate candidate) {
    String name = Sdp.candidateUfrag(candidate.candidate());
    if (offering != null && offering.mayOwn(name)) {
      offering.candidate(candidate);
    }
    if (answering != null && answering.mayOwn(name)) {
      answering.candidate(candidate);
    }
  }

  // --- What attempts tell -----------------------------------------------------------------------

  @Override
  public void signal(Attempt attempt, Signal signal) {
    if (isCurrent(attempt)) {
      tell(new LinkEvent.SignalOut(signal));
    }
  }

  @Override
  public void opened(Attempt attempt, WebRtcChannel channel) {
    if (!isCurrent(attempt)) {
      attempt.abandon();
      transport.forget(attempt);
      return;
    }
    Attempt other = attempt == offering ? answering : offering;
    drop(other);
    offering = null;
    answering = null;
    tell(new LinkEvent.Opened(channel));
  }

  @Override
  public void ended(Attempt attempt, CloseReason reason) {
    transport.forget(attempt);
    if (isCurrent(attempt)) {
      offering = attempt == offering ? null : offering;
      answering = attempt == answering ? null : answering;
      if (offering == null && answering == null) {
        tell(new LinkEvent.Failed(reason.sentence()));
      }
    }
  }

  private void missing(Attempt attempt, Library.Missing e) {
    attempt.end(new CloseReason(CloseReason.Kind.LOCAL, String.valueOf(e.getMessage())));
  }

  private boolean isCurrent(Attempt attempt) {
    return attempt == offering || attempt == answering;
  }

  private void drop(@Nullable Attempt attempt) {
    if (attempt != null) {
      attempt.abandon();
      transport.forget(attempt);
    }
  }

  private void tell(LinkEvent event) {
    transport.events().post(() -> listener.accept(event));
  }
}
