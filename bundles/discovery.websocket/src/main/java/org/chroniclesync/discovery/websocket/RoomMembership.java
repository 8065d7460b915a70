// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.discovery.support.EventDelivery;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.api.discovery.support.Roster;
import org.chroniclesync.api.discovery.support.SignalQueue;
import org.chroniclesync.api.support.Backoff;
import org.chroniclesync.api.support.SerialExecutor;
import org.chroniclesync.support.network.AddressWatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One room, over as many lines as it takes. Fields without a note belong to the loop thread.
 *
 * <p>A line has a number; what a line of an older number still reports is of no interest.
 */
final class RoomMembership implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(RoomMembership.class);
  private static final String GET_PEERS = "{\"type\":\"get-peers\"}";
  private static final String PING = "{\"type\":\"ping\"}";
  private static final int NORMAL_CLOSURE = 1000;
  private static final long GOODBYE_MILLIS = 500;
  private static final long END_MILLIS = 5_000;

  private final Settings settings;
  private final RoomId room;
  private final Credentials self;
  private final Consumer<RoomMembership> whenClosed;

  // For any thread.
  private final Threads threads;
  private final Connector connector;
  private final SerialExecutor loop;
  private final EventDelivery events;
  private final SignalQueue outgoing;
  private final AtomicBoolean pumping = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** The line that was made last. */
  private volatile @Nullable WebSocket latest;

  private final AddressWatch addresses;
  private final Backoff backoff;
  private final Backoff refusals;
  private final Backoff signIns;
  private final Roster roster;
  private final Deque<String> first = new ArrayDeque<>();
  private @Nullable CompletableFuture<WebSocket> attempt;
  private @Nullable WebSocket line;
  private Future<?> nextAttempt = CompletableFuture.completedFuture(null);

  /**
   * Whether the next attempt waits for nothing but luck: neither the service nor anybody asked for
   * it.
   */
  private boolean impatient;

  private int number;
  private boolean sending;

  /** Whether this line asked for a proof, and got one. */
  private boolean proved;

  /** Whether this line lets us take part: signals have to wait for it. */
  private boolean admitted;

  private boolean delivering;
  private long heardNanos;

  /** Since when what the service says is read, after the listener had been busy. */
  private long readingNanos = System.nanoTime();

  RoomMembership(
      Settings settings,
      RoomId room,
      Credentials self,
      Consumer<DiscoveryEvent> listener,
      Consumer<RoomMembership> whenClosed,
      Threads threads,
      Connector connector) {
    this.settings = settings;
    this.room = room;
    this.self = self;
    this.whenClosed = whenClosed;
    this.threads = threads;
    this.connector = connector;
    this.loop = new SerialExecutor(threads, this::failed);
    this.addresses =
        new AddressWatch(
            loop, () -> !closing.get(), gone -> addressesLost(), this::addressesGained);
    this.events =
        new EventDelivery(
            threads, listener, thrown -> LOG.warn("the listener of room {} failed", room, thrown));
    this.outgoing = new SignalQueue(settings.queueBytes());
    this.roster = new Roster(self.peer(), Incoming.MAX_PEERS);
    RandomGenerator random = RandomGenerator.getDefault();
    this.backoff = new Backoff(settings.retryBase(), settings.retryMax(), random);
    this.refusals = new Backoff(settings.retryMax(), settings.refusedRetryMax(), random);
    this.signIns = new Backoff(settings.retryBase(), settings.signInRetryMax(), random);
  }

  void start() {
    events.tell(new StateChanged(new DiscoveryState.Joining()));
    loop.execute(
        () -> {
          addresses.start();
          connect();
        });
  }

  @Override
  public void signal(PeerId peer, Signal signal) {
    if (closing.get()) {
      return;
    }
    outgoing.add(SignalJson.message(peer, signal));
    if (pumping.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            pumping.set(false);
            pump();
          });
    }
  }

  @Override
  public boolean trickles() {
    return true;
  }

  @Override
  public void close() {
    if (threads.isCurrent()) {
      throw new IllegalStateException("a membership must not be closed by its own listener");
    }
    if (closing.compareAndSet(false, true)) {
      sayGoodbye();
      end();
      whenClosed.accept(this);
      closed.countDown();
    } else {
      awaitClosed();
    }
  }

  private void sayGoodbye() {
    CompletableFuture<Void> said = new CompletableFuture<>();
    loop.execute(() -> leave(said));
    try {
      said.get(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("left room {} without a goodbye", room);
    }
  }

  private void leave(CompletableFuture<Void> said) {
    number++;
    WebSocket open = line;
    events.leave();
    if (open == null) {
      abandonAttempt();
      said.complete(null);
    } else {
      open.sendClose(NORMAL_CLOSURE, "")
          .whenComplete(
              (sent, error) -> {
                open.abort();
                said.complete(null);
              });
    }
  }

  /**
   * A client whose threads end closes no connection that is not made yet. Not to be called when it
   * is made: it is told so before the attempt itself counts as done, and would be cut off.
   */
  private void abandonAttempt() {
    CompletableFuture<WebSocket> pending = attempt;
    if (pending != null) {
      pending.cancel(true);
    }
  }

  private void end() {
    boolean interrupted = Thread.interrupted();
    if (!events.close()) {
      LOG.warn("the listener of room {} did not return; it was interrupted", room);
    }
    loop.shutdown(() -> {});
    connector.close();
    if (!threads.end(END_MILLIS)) {
      LOG.warn("a thread of room {} is left behind", room);
    }
    abortLatest();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A line that was made while we left may not have been looked at by the loop any more. Not sooner
   * than the client's threads have ended: until then it may be one that goodbye is just said to.
   */
  private void abortLatest() {
    WebSocket open = latest;
    if (open != null) {
      open.abort();
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect() {
    if (closing.get()) {
      return;
    }
    int mine = ++number;
    CompletableFuture<WebSocket> pending;
    try {
      pending = connector.connect(new Reception(settings, guest(mine)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the membership is being closed
      return;
    }
    attempt = pending;
    loop.schedule(settings.connectTimeout(), () -> checkConnected(mine));
    pending.whenComplete(
        (opened, error) -> {
          if (error != null) {
            loop.execute(() -> lost(mine, Trouble.of(error, settings.url())));
          }
        });
  }

  /**
   * The client's own time limit ends with the head of an answer: the rest of a refusal may never
   * come. Nor does the client report anything, its time limit neither, while others fill the common
   * pool of the process.
   */
  private void checkConnected(int mine) {
    if (mine == number && line == null) {
      abandonAttempt();
      lost(mine, Trouble.late(settings.url()));
    }
  }

  private Reception.Guest guest(int mine) {
    return new Reception.Guest() {
      @Override
      public void opened(WebSocket open) {
        latest = open;
        loop.execute(() -> joined(mine, open));
      }

      @Override
      public void message(WebSocket open, String text) {
        loop.execute(() -> heard(mine, open, text));
      }

      @Override
      public void alive() {
        loop.execute(() -> heardNanos = System.nanoTime());
      }

      @Override
      public void closed(int code, String reason) {
        loop.execute(() -> lost(mine, Trouble.closed(code, reason, proved, settings)));
      }

      @Override
      public void ended(Trouble trouble) {
        loop.execute(() -> lost(mine, trouble));
      }
    };
  }

  private void joined(int mine, WebSocket open) {
    if (mine != number) {
      open.abort();
      return;
    }
    line = open;
    heardNanos = System.nanoTime();
    proved = false;
    admitted = false;
    first.add(GET_PEERS);
    if (self.peer().isNode()) {
      // Only what the service says next shows whether it wants a proof.
      pump();
      loop.schedule(settings.connectTimeout(), () -> checkAdmitted(mine));
    } else {
      admit(mine);
    }
  }

  private void checkAdmitted(int mine) {
    if (mine == number && !admitted) {
      lost(mine, Trouble.silent());
    }
  }

  private void admit(int mine) {
    admitted = true;
    LOG.debug("joined room {}", room);
    events.tell(new StateChanged(new DiscoveryState.Joined(Instant.now())));
    reportDropped();
    pump();
    loop.schedule(settings.pingInterval(), () -> ping(mine));
  }

  /** Once a line: a service that asks for more wants us to sign whatever it likes. */
  private void prove(int mine, byte[] nonce) {
    JoinStatement statement = new JoinStatement(nonce, settings.authority(), room, self.peer());
    try {
      byte[] member = self.signAsMember(room, statement.ofMember());
      first.add(JoinJson.message(self.key(), self.sign(statement.ofDevice()), member));
    } catch (IllegalStateException e) {
      LOG.debug("the name cannot be proved", e);
      lost(mine, Trouble.unsigned());
      return;
    }
    proved = true;
    first.add(GET_PEERS);
    pump();
  }

  private void lost(int mine, Trouble trouble) {
    if (mine != number || closing.get()) {
      return;
    }
    number++;
    WebSocket open = line;
    line = null;
    first.clear();
    sending = false;
    delivering = false;
    retry(trouble);
    if (open != null) {
      open.abort();
    }
  }

  /** What a task of the loop throws costs the line that there is, or the attempt to make one. */
  private void failed(Throwable thrown) {
    LOG.error("room {}: something failed", room, thrown);
    lost(number, Trouble.failed(thrown));
  }

  /** Planned before it is told: whatever fails here, the next attempt comes. */
  private void retry(Trouble trouble) {
    Duration wait =
        switch (trouble.kind()) {
          case PASSING -> backoff.next(trouble.retryAfter());
          case REFUSED -> refusals.next();
          case SIGN_IN -> signIns.next();
        };
    Instant retryAt = Instant.now().plus(wait);
    impatient = trouble.kind() != Trouble.Kind.REFUSED && trouble.retryAfter().isZero();
    nextAttempt.cancel(false);
    nextAttempt = loop.schedule(wait, this::connect);
    LOG.info("room {}: {} Next attempt in {} ms.", room, trouble.why(), wait.toMillis());
    events.tell(
        new StateChanged(
            trouble.kind() == Trouble.Kind.REFUSED
                ? new DiscoveryState.Refused(trouble.why())
                : new DiscoveryState.Waiting(trouble.why(), retryAt)));
  }

  private void reportDropped() {
    int dropped = outgoing.takeDropped();
    if (dropped > 0) {
      LOG.warn("room {}: {} signals were dropped, the queue was full", room, dropped);
    }
  }

  private void ping(int mine) {
    if (mine == number) {
      ask(mine, settings.pongTimeout(), Trouble.silent(), () -> answered(mine));
    }
  }

  /**
   * Not sooner: a service that takes us in and throws us out must be left alone longer each time.
   */
  private void answered(int mine) {
    backoff.reset();
    refusals.reset();
    signIns.reset();
    loop.schedule(settings.pingInterval(), () -> ping(mine));
  }

  /** Asks the service for a sign of life; a line on which none comes in time is lost. */
  private void ask(int mine, Duration timeout, Trouble silence, Runnable answered) {
    long askedNanos = System.nanoTime();
    first.add(PING);
    pump();
    awaitSign(mine, askedNanos, timeout, silence, answered);
  }

  private void awaitSign(
      int mine, long askedNanos, Duration timeout, Trouble silence, Runnable answered) {
    loop.schedule(
        timeout,
        () -> {
          if (mine != number) {
            return;
          }
          if (heardNanos - askedNanos >= 0) {
            answered.run();
          } else if (isSilenceOurs(timeout)) {
            awaitSign(mine, askedNanos, timeout, silence, answered);
          } else {
            lost(mine, silence);
          }
        });
  }

  /** We don't read while our listener is busy. */
  private boolean isSilenceOurs(Duration timeout) {
    return delivering || System.nanoTime() - readingNanos < timeout.toNanos();
  }

  /**
   * What goes from a lost address gets no answer. That the service is not reached is not its fault.
   */
  private void addressesLost() {
    if (line != null) {
      backoff.reset();
      lost(number, Trouble.moved());
    }
  }

  /**
   * There are new addresses: what could not be reached may be now. And the way to the service may
   * be another one, as into a VPN, by which what a line sends gets no answer: a ping tells that
   * sooner than the next that is due. For any thread.
   */
  void addressesGained() {
    loop.execute(
        () -> {
          probe();
          hasten();
        });
  }

  private void hasten() {
    if (line == null && impatient && nextAttempt.cancel(false)) {
      backoff.reset();
      connect();
    }
  }

  private void probe() {
    // One that is not admitted yet is watched by how long that takes.
    if (line != null && admitted) {
      ask(number, settings.probeTimeout(), Trouble.moved(), () -> {});
    }
  }

  private void heard(int mine, WebSocket from, String text) {
    if (mine != number) {
      return;
    }
    heardNanos = System.nanoTime();
    Incoming message = Incoming.parse(text);
    if (message instanceof Incoming.Challenge challenge) {
      challenged(mine, from, challenge);
      return;
    }
    if (!admitted && !(message instanceof Incoming.Malformed)) {
      admit(mine);
    }
    List<DiscoveryEvent> news = news(message);
    delivering = true;
    // The next message is asked for after this one was told: so the line itself holds back what a
    // slow listener cannot take.
    events.tell(news, () -> loop.execute(() -> delivered(mine, from)));
  }

  private void challenged(int mine, WebSocket from, Incoming.Challenge challenge) {
    if (!admitted && !proved) {
      prove(mine, challenge.nonce());
    }
    from.request(1);
  }

  private void delivered(int mine, WebSocket from) {
    if (mine == number) {
      delivering = false;
      readingNanos = System.nanoTime();
      from.request(1);
    }
  }

  private List<DiscoveryEvent> news(Incoming message) {
    if (message instanceof Incoming.Peers list) {
      return roster.present(list.peers());
    } else if (message instanceof Incoming.Joined joined) {
      return roster.seen(joined.peer());
    } else if (message instanceof Incoming.Left left) {
      return roster.gone(left.peer());
    } else if (message instanceof Incoming.Signalled signalled) {
      return roster.signalled(signalled.peer(), signalled.signal());
    } else if (message instanceof Incoming.Malformed) {
      LOG.debug("room {}: a message that is not of the protocol was ignored", room);
    }
    return List.of();
  }

  /** Sends the next message if there is a line and nothing is on its way. */
  private void pump() {
    WebSocket open = line;
    if (open == null || sending) {
      return;
    }
    String text = first.isEmpty() ? waitingSignal() : first.poll();
    if (text == null) {
      return;
    }
    int mine = number;
    sending = true;
    open.sendText(text, true).whenComplete((sent, error) -> loop.execute(() -> sent(mine, error)));
  }

  private @Nullable String waitingSignal() {
    return admitted ? outgoing.poll() : null;
  }

  private void sent(int mine, @Nullable Throwable error) {
    if (mine != number) {
      return;
    }
    sending = false;
    if (error == null) {
      pump();
    } else {
      lost(mine, Trouble.of(error, settings.url()));
    }
  }
}
