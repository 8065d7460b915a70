// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer. If both offer at once, the offer of the smaller id stands: the greater drops
 * its own and answers, the smaller goes on waiting for its answer. In case the greater never saw
 * the offer that it should have answered, the smaller repeats it; a repeated offer is known by its
 * id and answered once.
 */
final class WebSocketLink implements Link, Attempt.Owner {
  private final WebSocketTransport transport;
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

  WebSocketLink(
      WebSocketTransport transport,
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
    // While the peer's offer is being answered, ours would only end that.
    if (closed || answering != null) {
      return;
    }
    drop(offering);
    Attempt attempt = transport.attempt(true, trickles, this);
    offering = attempt;
    attempt.offer();
  }

  private void take(Signal signal) {
    if (closed) {
      return;
    }
    if (signal instanceof Signal.Offer offer) {
      takeOffer(offer.sdp());
    } else if (signal instanceof Signal.Answer answer && offering != null) {
      offering.answered(answer.sdp());
    }
  }

  private void takeOffer(String sdp) {
    Description description = Description.parse(sdp);
    String name = description == null ? null : description.id();
    if (name != null && name.equals(answered)) {
      return;
    }
    Attempt ours = offering;
    if (ours != null && self.compareTo(peer) < 0) {
      String pending = ours.pendingOffer();
      if (pending != null) {
        tell(new LinkEvent.SignalOut(new Signal.Offer(pending, true)));
      }
      return;
    }
    drop(ours);
    offering = null;
    drop(answering);
    Attempt attempt = transport.attempt(false, trickles, this);
    answering = attempt;
    answered = name;
    attempt.answer(sdp);
  }

  // --- What attempts tell -----------------------------------------------------------------------

  @Override
  public void signal(Attempt attempt, Signal signal) {
    if (isCurrent(attempt)) {
      tell(new LinkEvent.SignalOut(signal));
    }
  }

  @Override
  public void opened(Attempt attempt, WebSocketChannel channel) {
    if (!isCurrent(attempt)) {
      channel.abort();
      return;
    }
    offering = null;
    answering = null;
    tell(new LinkEvent.Opened(channel));
  }

  @Override
  public void failed(Attempt attempt, String why) {
    if (isCurrent(attempt)) {
      offering = null;
      answering = null;
      tell(new LinkEvent.Failed(why));
    }
  }

  private boolean isCurrent(Attempt attempt) {
    return attempt.equals(offering) || attempt.equals(answering);
  }

  private static void drop(@Nullable Attempt attempt) {
    if (attempt != null) {
      attempt.abandon();
    }
  }

  private void tell(LinkEvent event) {
    transport.events().post(() -> listener.accept(event));
  }
}
