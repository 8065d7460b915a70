// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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
import org.chroniclesync.api.support.Backoff;
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
  private final PeerId self;
  private final Consumer<DiscoveryEvent> listener;
  private final Consumer<RoomMembership> whenClosed;
  private final URI uri;

  // For any thread.
  private final Threads threads = new Threads();
  private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1, threads);
  private final ExecutorService dispatcher = Executors.newSingleThreadExecutor(threads);
  private final ExecutorService io = Executors.newCachedThreadPool(threads);
  private final Outgoing outgoing;
  private final AtomicBoolean pumping = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** The line that was made last. */
  private volatile @Nullable WebSocket latest;

  private final Backoff backoff;
  private final Set<PeerId> known = new LinkedHashSet<>();
  private final Deque<String> first = new ArrayDeque<>();
  private @Nullable HttpClient http;
  private @Nullable CompletableFuture<WebSocket> attempt;
  private @Nullable WebSocket line;
  private int number;
  private boolean sending;
  private boolean delivering;
  private long heardNanos;

  /** Since when what the service says is read, after the listener had been busy. */
  private long readingNanos = System.nanoTime();

  RoomMembership(
      Settings settings,
      RoomId room,
      PeerId self,
      Consumer<DiscoveryEvent> listener,
      Consumer<RoomMembership> whenClosed) {
    this.settings = settings;
    this.room = room;
    this.self = self;
    this.listener = listener;
    this.whenClosed = whenClosed;
    this.uri = uri(settings.url(), self, room);
    this.outgoing = new Outgoing(settings.queueBytes());
    this.backoff =
        new Backoff(settings.retryBase(), settings.retryMax(), RandomGenerator.getDefault());
  }

  private static URI uri(URI url, PeerId self, RoomId room) {
    String query =
        "clientId="
            + URLEncoder.encode(self.value(), UTF_8)
            + "&roomId="
            + URLEncoder.encode(room.value(), UTF_8);
    String text = url.toString();
    if (url.getRawQuery() != null) {
      return URI.create(text + "&" + query);
    }
    String path = url.getRawPath().isEmpty() ? "/" : "";
    return URI.create(text + path + "?" + query);
  }

  void start() {
    run(
        () -> {
          tell(new StateChanged(new DiscoveryState.Joining()));
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
      run(
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
    run(() -> leave(said));
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
    tell(new StateChanged(new DiscoveryState.Left()));
    dispatcher.shutdown();
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
    try {
      if (!dispatcher.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("the listener of room {} does not return; it is interrupted", room);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    dispatcher.shutdownNow();
    loop.shutdownNow();
    io.shutdownNow();
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
    HttpClient made;
    try {
      made = client();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the membership is being closed
      return;
    }
    CompletableFuture<WebSocket> pending =
        made.newWebSocketBuilder()
            .connectTimeout(settings.connectTimeout())
            .buildAsync(uri, new Reception(settings, guest(mine)));
    attempt = pending;
    pending.whenComplete(
        (opened, error) -> {
          if (error != null) {
            run(() -> lost(mine, Trouble.of(error, settings.url())));
          }
        });
  }

  private HttpClient client() throws InterruptedException {
    HttpClient made = http;
    if (made == null) {
      made =
          threads.make(
              () ->
                  HttpClient.newBuilder()
                      .version(HttpClient.Version.HTTP_1_1)
                      .executor(io)
                      .build());
      http = made;
    }
    return made;
  }

  private Reception.Guest guest(int mine) {
    return new Reception.Guest() {
      @Override
      public void opened(WebSocket open) {
        latest = open;
        run(() -> joined(mine, open));
      }

      @Override
      public void message(WebSocket open, String text) {
        run(() -> heard(mine, open, text));
      }

      @Override
      public void alive() {
        run(() -> heardNanos = System.nanoTime());
      }

      @Override
      public void ended(Trouble trouble) {
        run(() -> lost(mine, trouble));
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
    first.add(GET_PEERS);
    LOG.debug("joined room {}", room);
    tell(new StateChanged(new DiscoveryState.Joined(Instant.now())));
    reportDropped();
    pump();
    later(settings.pingInterval().toMillis(), () -> ping(mine));
  }

  private void lost(int mine, Trouble trouble) {
    if (mine != number || closing.get()) {
      return;
    }
    number++;
    if (line != null) {
      line.abort();
    }
    line = null;
    first.clear();
    sending = false;
    if (trouble.hopeless()) {
      LOG.warn("room {}: {}", room, trouble.why());
      tell(new StateChanged(new DiscoveryState.Refused(trouble.why())));
    } else {
      retry(trouble);
    }
  }

  private void retry(Trouble trouble) {
    long waitMillis = backoff.next(trouble.retryAfter()).toMillis();
    LOG.info("room {}: {} Next attempt in {} ms.", room, trouble.why(), waitMillis);
    Instant retryAt = Instant.now().plusMillis(waitMillis);
    tell(new StateChanged(new DiscoveryState.Waiting(trouble.why(), retryAt)));
    later(waitMillis, this::connect);
  }

  private void reportDropped() {
    int dropped = outgoing.takeDropped();
    if (dropped > 0) {
      LOG.warn("room {}: {} signals were dropped, the queue was full", room, dropped);
    }
  }

  private void ping(int mine) {
    if (mine != number) {
      return;
    }
    long pingedNanos = System.nanoTime();
    first.add(PING);
    pump();
    later(settings.pongTimeout().toMillis(), () -> checkPong(mine, pingedNanos));
  }

  private void checkPong(int mine, long pingedNanos) {
    if (mine != number) {
      return;
    }
    if (heardNanos - pingedNanos >= 0) {
      // Not sooner: a service that takes us in and throws us out must be left alone longer each
      // time.
      backoff.reset();
      later(settings.pingInterval().toMillis(), () -> ping(mine));
    } else if (delivering || isWithinPongTimeout(readingNanos)) {
      // We don't read while our listener is busy, so the silence is our own.
      later(settings.pongTimeout().toMillis(), () -> checkPong(mine, pingedNanos));
    } else {
      lost(mine, Trouble.silent());
    }
  }

  private boolean isWithinPongTimeout(long sinceNanos) {
    return System.nanoTime() - sinceNanos < settings.pongTimeout().toNanos();
  }

  private void heard(int mine, WebSocket from, String text) {
    if (mine != number) {
      return;
    }
    heardNanos = System.nanoTime();
    List<DiscoveryEvent> events = new ArrayList<>();
    handle(Incoming.parse(text), events);
    delivering = true;
    // The next message is asked for after this one was told: so the line itself holds back what a
    // slow listener cannot take.
    dispatch(
        () -> {
          events.forEach(this::accept);
          run(() -> delivered(mine, from));
        });
  }

  private void delivered(int mine, WebSocket from) {
    delivering = false;
    readingNanos = System.nanoTime();
    if (mine == number) {
      from.request(1);
    }
  }

  private void handle(Incoming message, List<DiscoveryEvent> events) {
    if (message instanceof Incoming.Peers list) {
      present(list.peers(), events);
    } else if (message instanceof Incoming.Joined joined) {
      seen(joined.peer(), events);
    } else if (message instanceof Incoming.Left left) {
      if (known.remove(left.peer())) {
        events.add(new PeerGone(left.peer()));
      }
    } else if (message instanceof Incoming.Signalled signalled) {
      signalled(signalled, events);
    } else if (message instanceof Incoming.Malformed) {
      LOG.debug("room {}: a message that is not of the protocol was ignored", room);
    }
  }

  private void present(List<PeerId> peers, List<DiscoveryEvent> events) {
    Set<PeerId> gone = new LinkedHashSet<>(known);
    peers.forEach(gone::remove);
    gone.forEach(peer -> events.add(new PeerGone(peer)));
    known.removeAll(gone);
    new LinkedHashSet<>(peers).forEach(peer -> seen(peer, events));
  }

  private void seen(PeerId peer, List<DiscoveryEvent> events) {
    if (peer.equals(self)) {
      return;
    }
    if (known.contains(peer) || known.size() < Incoming.MAX_PEERS) {
      known.add(peer);
      events.add(new PeerSeen(peer));
    }
  }

  // A signal may overtake the list of peers; nobody should have to deal with one of a stranger.
  private void signalled(Incoming.Signalled signalled, List<DiscoveryEvent> events) {
    if (!known.contains(signalled.peer())) {
      seen(signalled.peer(), events);
    }
    if (known.contains(signalled.peer())) {
      events.add(new Signalled(signalled.peer(), signalled.signal()));
    }
  }

  /** Sends the next message if there is a line and nothing is on its way. */
  private void pump() {
    WebSocket open = line;
    if (open == null || sending) {
      return;
    }
    String text = first.isEmpty() ? outgoing.poll() : first.poll();
    if (text == null) {
      return;
    }
    int mine = number;
    sending = true;
    open.sendText(text, true).whenComplete((sent, error) -> run(() -> sent(mine, error)));
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

  private void tell(DiscoveryEvent event) {
    dispatch(() -> accept(event));
  }

  private void accept(DiscoveryEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.warn("the listener of room {} failed", room, e);
    }
  }

  // The executors refuse work only when the membership is closed, and then nobody wants it.
  private void dispatch(Runnable work) {
    try {
      dispatcher.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.trace("an event came after the end", e);
    }
  }

  private void run(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.trace("something happened after the end", e);
    }
  }

  private void later(long millis, Runnable work) {
    try {
      loop.schedule(work, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.trace("something was planned after the end", e);
    }
  }
}
