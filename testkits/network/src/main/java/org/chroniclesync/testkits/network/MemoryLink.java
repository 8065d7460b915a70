// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.jspecify.annotations.Nullable;

/** What a {@link MemoryTransport} gives out. All but {@link #closed} is of one thread at a time. */
final class MemoryLink implements Link {
  private final MemoryNetwork network;
  private final MemoryTransport transport;
  private final MemoryTransport.End end;
  private final boolean trickles;
  private final Consumer<LinkEvent> listener;
  private final Serial serial;
  private @Nullable Offered pending;
  private @Nullable String answered;
  private volatile boolean closed;

  MemoryLink(
      MemoryNetwork network,
      MemoryTransport.End end,
      boolean trickles,
      Consumer<LinkEvent> listener,
      Serial serial) {
    this.network = network;
    this.transport = end.transport();
    this.end = end;
    this.trickles = trickles;
    this.listener = listener;
    this.serial = serial;
  }

  MemoryTransport.End end() {
    return end;
  }

  Holding holding() {
    return new Holding(Holding.Kind.LINK, transport.toString(), end.self(), end.peer());
  }

  // --- Offering ---------------------------------------------------------------------------------

  @Override
  public void offer() {
    serial.post(this::offerNow);
  }

  private void offerNow() {
    if (closed) {
      return;
    }
    withdraw(true);
    if (isBlocked()) {
      return;
    }
    Offered made = network.offered(end);
    pending = made;
    transport.after(network.patience(), () -> serial.post(() -> giveUp(made)));
    tell(new LinkEvent.SignalOut(offer(made)));
  }

  private Signal offer(Offered made) {
    return new Signal.Offer(transport.describe(made.id()), end.self().isNode());
  }

  private boolean isBlocked() {
    if (transport.isBlocked() || !network.hasRoute(end.self(), end.peer())) {
      tell(new LinkEvent.Failed(transport + " is blocked"));
      return true;
    }
    return false;
  }

  private void giveUp(Offered made) {
    if (made == pending) {
      withdraw(false);
      tell(new LinkEvent.Failed("nobody answered; is the peer there?"));
    }
  }

  private void withdraw(boolean superseded) {
    Offered withdrawn = pending;
    pending = null;
    if (withdrawn != null) {
      network.withdraw(withdrawn, superseded);
    }
  }

  // --- What the peer signals --------------------------------------------------------------------

  @Override
  public void signal(Signal signal) {
    serial.post(
        () -> {
          if (closed) {
            return;
          }
          if (signal instanceof Signal.Offer offer) {
            offered(offer);
          } else if (signal instanceof Signal.Answer answer) {
            answered(answer);
          }
        });
  }

  private void offered(Signal.Offer signal) {
    String id = transport.id(signal.sdp());
    if (id == null) {
      tell(new LinkEvent.Failed("the offer of the peer is not one; is it of another version?"));
      return;
    }
    Offered mine = pending;
    if (id.equals(answered)) {
      return;
    }
    Offered theirs = network.offer(id);
    if (theirs != null && theirs.end().isSameHolder(end)) {
      tell(new LinkEvent.Failed("the offer is our own and came back"));
      return;
    }
    if (mine != null && signal.node() && end.self().compareTo(end.peer()) < 0) {
      // L2: ours stands, and the peer may have missed it.
      tell(new LinkEvent.SignalOut(offer(mine)));
      return;
    }
    withdraw(true);
    if (!isBlocked()) {
      answer(id, theirs);
    }
  }

  private void answer(String id, @Nullable Offered theirs) {
    if (theirs == null || !theirs.answer(network, this)) {
      tell(new LinkEvent.Failed("nobody waits for the answer to this offer; it may be an old one"));
      return;
    }
    answered = id;
    tell(new LinkEvent.SignalOut(new Signal.Answer(transport.describe(id))));
  }

  /** The peer took our answer. */
  void taken(MemoryChannel channel) {
    if (!serial.post(() -> open(channel))) {
      channel.close(new CloseReason(CloseReason.Kind.LOCAL, transport + " stops"));
    }
  }

  /** The peer withdrew its offer after we had answered. */
  void notTaken() {
    serial.post(
        () -> tell(new LinkEvent.Failed("the peer no longer waited for the answer; is it there?")));
  }

  private void answered(Signal.Answer signal) {
    Offered mine = pending;
    // Any other is forged or late; the true one may still come.
    if (mine != null && mine.id().equals(transport.id(signal.sdp()))) {
      MemoryChannel channel = mine.take(network);
      if (channel != null) {
        withdraw(true);
        open(channel);
      }
    }
  }

  // --- Telling ----------------------------------------------------------------------------------

  private void tell(LinkEvent event) {
    if (!closed) {
      listener.accept(event);
    }
  }

  /** Past the first line the event is under way: a close that comes then comes too late. */
  private void open(MemoryChannel channel) {
    if (closed) {
      channel.close(new CloseReason(CloseReason.Kind.LOCAL, "the link was closed"));
      return;
    }
    transport.opening();
    listener.accept(new LinkEvent.Opened(channel));
  }

  @Override
  public void close() {
    closed = true;
    transport.forget(this);
    serial.post(() -> withdraw(false));
  }
}
