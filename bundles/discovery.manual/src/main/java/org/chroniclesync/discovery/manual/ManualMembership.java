// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
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
  private static final String GREATER = "~";
  private static final String SMALLER = "!";
  private static final long END_MILLIS = 5_000;

  private final Settings settings;
  private final PeerId self;
  private final Consumer<DiscoveryEvent> listener;
  private final Consumer<ManualMembership> whenClosed;
  private final ScheduledThreadPoolExecutor dispatcher;
  private final Map<PeerId, Exchange> exchanges = new HashMap<>();
  private @Nullable Exchange lastOffer;
  private volatile @Nullable Thread thread;
  private boolean closed;

  ManualMembership(
      Settings settings,
      RoomId room,
      PeerId self,
      Consumer<DiscoveryEvent> listener,
      Consumer<ManualMembership> whenClosed) {
    this.settings = settings;
    this.self = self;
    this.listener = listener;
    this.whenClosed = whenClosed;
    dispatcher =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "chroniclesync-manual-" + room);
              made.setDaemon(true);
              thread = made;
              return made;
            });
    dispatcher.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    dispatcher.setRemoveOnCancelPolicy(true);
  }

  void start() {
    tell(new DiscoveryEvent.StateChanged(new DiscoveryState.Joined(Instant.now())));
  }

  CompletionStage<String> offer() {
    Exchange made;
    Exchange replaced;
    synchronized (exchanges) {
      replaced = lastOffer;
      if (replaced != null) {
        exchanges.remove(replaced.peer);
      }
      made = add(GREATER, true);
      lastOffer = made;
    }
    if (replaced != null) {
      ended(replaced, "another offer took the place of this one");
    }
    tell(new DiscoveryEvent.PeerSeen(made.peer));
    return made.text;
  }

  CompletionStage<String> answer(Signal.Offer offer) {
    Exchange made;
    synchronized (exchanges) {
      made = add(SMALLER, false);
    }
    tell(new DiscoveryEvent.Signalled(made.peer, offer));
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
    tell(new DiscoveryEvent.Signalled(offered.peer, answer));
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
    run(() -> ready.text.complete(carried));
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
    try {
      dispatcher.schedule(() -> end(exchange, stage), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.trace("closed meanwhile", e);
    }
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
    run(() -> exchange.text.completeExceptionally(new IllegalStateException(why)));
    tell(new DiscoveryEvent.PeerGone(exchange.peer));
  }

  @Override
  public boolean trickles() {
    return false;
  }

  @Override
  public void close() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a membership must not be closed by its own listener");
    }
    List<Exchange> left;
    synchronized (exchanges) {
      left = closed ? List.of() : List.copyOf(exchanges.values());
      exchanges.clear();
      lastOffer = null;
      if (!closed) {
        closed = true;
        tell(new DiscoveryEvent.StateChanged(new DiscoveryState.Left()));
        dispatcher.shutdown();
      }
    }
    awaitEnd();
    whenClosed.accept(this);
    left.forEach(
        exchange ->
            exchange.text.completeExceptionally(
                new IllegalStateException("the node left its room")));
  }

  private void awaitEnd() {
    try {
      if (!dispatcher.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("a listener does not return; it is interrupted");
        dispatcher.shutdownNow();
      }
    } catch (InterruptedException e) {
      dispatcher.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void tell(DiscoveryEvent event) {
    run(
        () -> {
          try {
            listener.accept(event);
          } catch (RuntimeException e) {
            LOG.warn("a listener failed", e);
          }
        });
  }

  private void run(Runnable work) {
    try {
      dispatcher.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.trace("closed meanwhile", e);
    }
  }
}
