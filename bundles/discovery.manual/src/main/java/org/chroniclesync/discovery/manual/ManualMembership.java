// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.discovery.support.EventDelivery;
import org.chroniclesync.api.support.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room whose peers come one by one, in a person's pocket. Nobody knows the peer's real name
 * before the channel is open, so each exchange makes one up.
 *
 * <p>The name decides who offers: to a greater one this node offers at once, from a smaller one it
 * waits for the offer, and that has come already.
 *
 * <p>The peer goes from the room when its exchange is over, since it cannot be offered to again.
 * Its channel stays.
 */
final class ManualMembership implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(ManualMembership.class);

  private final Settings settings;
  private final PeerId self;
  private final Consumer<ManualMembership> whenClosed;
  private final EventDelivery events;
  private final Map<PeerId, Exchange> exchanges = new HashMap<>();
  private @Nullable Exchange lastOffer;
  private boolean closed;

  ManualMembership(
      Settings settings,
      RoomId room,
      PeerId self,
      Consumer<DiscoveryEvent> listener,
      Consumer<ManualMembership> whenClosed) {
    this.settings = settings;
    this.self = self;
    this.whenClosed = whenClosed;
    this.events =
        new EventDelivery(
            DaemonThreads.named("chroniclesync-manual-" + room),
            listener,
            thrown -> LOG.warn("a listener failed", thrown));
  }

  void start() {
    events.tell(new DiscoveryEvent.StateChanged(new DiscoveryState.Joined(Instant.now())));
  }

  CompletionStage<String> offer() {
    Exchange made;
    Exchange replaced;
    synchronized (exchanges) {
      replaced = lastOffer;
      if (replaced != null) {
        exchanges.remove(replaced.peer);
      }
      made = add(HandCarried.OFFERED, true);
      lastOffer = made;
    }
    if (replaced != null) {
      ended(replaced, "another offer took the place of this one");
    }
    events.tell(new DiscoveryEvent.PeerSeen(made.peer));
    return made.text;
  }

  CompletionStage<String> answer(Signal.Offer offer) {
    Exchange made;
    synchronized (exchanges) {
      made = add(HandCarried.ANSWERED, false);
    }
    events.tell(new DiscoveryEvent.Signalled(made.peer, offer));
    return made.text;
  }

  void accept(Signal.Answer answer) {
    Exchange offered;
    synchronized (exchanges) {
      offered = lastOffer;
      if (offered == null || offered.stage != Exchange.Stage.CARRYING) {
        throw new IllegalStateException(
            "no offer waits for an answer; make one, and have it answered anew");
      }
      lastOffer = null;
      offered.stage = Exchange.Stage.CONNECTING;
    }
    endLater(offered, Exchange.Stage.CONNECTING, settings.connectTimeoutMillis());
    events.tell(new DiscoveryEvent.Signalled(offered.peer, answer));
  }

  private Exchange add(String prefix, boolean offering) {
    if (closed) {
      throw new IllegalStateException("the node left its room");
    }
    if (exchanges.size() >= settings.maxExchanges()) {
      throw new IllegalStateException(
          settings.maxExchanges() + " exchanges are under way, more are not allowed at once; wait");
    }
    Exchange made = new Exchange(PeerId.ofNode(prefix + UUID.randomUUID()), offering);
    exchanges.put(made.peer, made);
    endLater(made, Exchange.Stage.MAKING, settings.signalTimeoutMillis());
    return made;
  }

  @Override
  public void signal(PeerId peer, Signal signal) {
    String text;
    Exchange exchange;
    synchronized (exchanges) {
      exchange = exchanges.get(peer);
      text = exchange == null ? null : part(exchange, signal);
      if (exchange == null || text == null || exchange.stage != Exchange.Stage.MAKING) {
        // Candidates, and offers made anew while the first is being carried: nobody could carry
        // them.
        return;
      }
      exchange.stage = Exchange.Stage.CARRYING;
    }
    Exchange ready = exchange;
    String carried = text;
    endLater(ready, Exchange.Stage.CARRYING, settings.carryTimeoutMillis());
    events.thread().execute(() -> ready.text.complete(carried));
  }

  private static @Nullable String part(Exchange exchange, Signal signal) {
    if (exchange.offering && signal instanceof Signal.Offer offer) {
      return SignalText.of(offer);
    }
    if (!exchange.offering && signal instanceof Signal.Answer answer) {
      return SignalText.of(answer);
    }
    return null;
  }

  private void endLater(Exchange exchange, Exchange.Stage stage, long millis) {
    events.thread().schedule(Duration.ofMillis(millis), () -> end(exchange, stage));
  }

  private void end(Exchange exchange, Exchange.Stage stage) {
    synchronized (exchanges) {
      if (exchange.stage != stage || !exchanges.remove(exchange.peer, exchange)) {
        return;
      }
      if (lastOffer == exchange) {
        lastOffer = null;
      }
    }
    ended(exchange, "this node made no offer or answer in time; is a transport there?");
  }

  private void ended(Exchange exchange, String why) {
    // Not handed over: what comes after the end is dropped, and somebody waits for this.
    exchange.text.completeExceptionally(new IllegalStateException(why));
    events.tell(new DiscoveryEvent.PeerGone(exchange.peer));
  }

  @Override
  public boolean trickles() {
    return false;
  }

  @Override
  public void close() {
    events.refuseListener();
    List<Exchange> left;
    synchronized (exchanges) {
      left = List.copyOf(exchanges.values());
      exchanges.clear();
      lastOffer = null;
      closed = true;
      // Inside, so that no event of an exchange comes after it.
      events.leave();
    }
    if (!events.close()) {
      LOG.warn("a listener did not return; it was interrupted");
    }
    whenClosed.accept(this);
    left.forEach(
        exchange ->
            exchange.text.completeExceptionally(
                new IllegalStateException("the node left its room")));
  }
}
