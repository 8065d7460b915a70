// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The conversation over one channel. A thread reads: it hands to the handlers what was received,
 * and so stores it, while another one receives what comes next. A thread writes: it sends the feed.
 * Whichever ends first ends the others.
 */
final class PeerSession implements Session, Stores.Follower {
  /** How often a quiet session looks after itself. */
  private static final Duration TICK = Duration.ofMillis(250);

  /** How many messages may come before it is clear who the peer is. */
  private static final int MAX_EARLY = 32;

  private final PeerId peer;
  private final Channel channel;
  private final Wire wire;
  private final Stores stores;
  private final Handlers handlers;
  private final Settings settings;
  private final Counters counters;
  private final Failures failures;
  private final Clock clock;
  private final Consumer<PeerSession> listener;
  private final Device own;
  private final FeedReader reader;
  private final FeedWriter writer;
  private final LegacyWriter legacyWriter;
  private final Greeting greeting;
  private final Reconciliation reconciliation;
  private final Comparing comparing = new Comparing(this::comparisonFailed);
  private final CompletableFuture<Boolean> isNode = new CompletableFuture<>();
  private final Ahead ahead;
  private final Thread readThread;
  private final Thread writeThread;

  private final Deque<Message> early = new ArrayDeque<>();
  private int refused;
  private boolean opened;
  private int frameBytes;
  private long epoch;
  private Instant nextComparison = Instant.MAX;
  private boolean resync;
  private volatile @Nullable Hello hello;
  private volatile @Nullable Device device;
  private volatile @Nullable Instant inSyncSince;
  private volatile @Nullable CloseReason end;

  PeerSession(
      PeerId peer,
      boolean introduced,
      Self self,
      Channel channel,
      Commons commons,
      Counters counters,
      Consumer<PeerSession> listener) {
    this.peer = peer;
    this.channel = channel;
    this.stores = commons.stores();
    this.handlers = commons.handlers();
    this.settings = commons.settings();
    this.failures = commons.failures();
    this.clock = commons.clock();
    this.counters = counters;
    this.listener = listener;
    this.wire = new Wire(channel, self, commons.identities(), commons.codecs(), counters, clock);
    this.ahead = new Ahead(wire, TICK);
    this.own = Commons.device(self);
    this.reader = new FeedReader(stores, wire, settings.windowBytes() / 4);
    this.writer = new FeedWriter(stores, wire, counters, settings.windowBytes());
    this.legacyWriter = new LegacyWriter(stores, wire, counters, peer, settings.silence());
    this.greeting =
        new Greeting(
            wire,
            self.id(),
            peer,
            introduced,
            settings.legacyAllowed(),
            RandomGenerator.of("SecureRandom"));
    this.reconciliation = new Reconciliation(stores, new Turns(), clock);
    this.readThread = new Thread(this::read, "chroniclesync-session-reader");
    this.writeThread = new Thread(this::write, "chroniclesync-session-writer");
    readThread.setDaemon(true);
    writeThread.setDaemon(true);
  }

  void start() {
    stores.follow(this);
    readThread.start();
    writeThread.start();
  }

  /** Ends the session. Returns at once; {@link #join} waits. */
  void close(CloseReason reason) {
    finish(reason);
  }

  /** Returns false if a thread of the session still ran at the deadline. */
  boolean join(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Thread thread : List.of(readThread, writeThread)) {
      long left = Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
      thread.join(left);
    }
    long left = Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
    return comparing.join(left)
        && ahead.join(left)
        && !readThread.isAlive()
        && !writeThread.isAlive();
  }

  // --- What handlers do -------------------------------------------------------------------------

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public Hello hello() {
    Hello ours = hello;
    if (ours == null) {
      throw new IllegalStateException("the session has not begun");
    }
    return ours;
  }

  @Override
  public void send(Payload payload) throws ChannelClosedException, InterruptedException {
    wire.send(payload);
  }

  @Override
  public void met(@Nullable Hello theirs) {
    if (theirs == null || !isNode()) {
      return;
    }
    try {
      writer.peerFeed(theirs.feed());
      if (!reader.follows(theirs.feed())) {
        catchUp(theirs);
      }
    } catch (StorageException e) {
      fail(e);
    } catch (ChannelClosedException e) {
      finish(e.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * By position where one is known; else by comparing, if both sides have much of the same size.
   */
  private void catchUp(Hello theirs)
      throws StorageException, InterruptedException, ChannelClosedException {
    boolean compare =
        stores.borrow(
            store ->
                Reconciliation.isWanted(
                    Marks.number(store, FeedReader.mark(theirs.feed())),
                    store.state().entries() + store.state().tombstones(),
                    theirs.entries()));
    nextComparison =
        Reconciliation.nextDue(
            stores.borrow(
                store -> Marks.number(store, Reconciliation.comparedMark(theirs.feed()))));
    if (compare) {
      reader.await(theirs.feed());
      compare();
    } else {
      reader.follow(theirs.feed());
    }
  }

  private void compare() {
    nextComparison = clock.instant().plus(Reconciliation.PERIOD);
    comparing.perform(reconciliation::begin);
  }

  @Override
  public void echoed(double timestamp) {
    legacyWriter.echoed(timestamp);
  }

  @Override
  public void introduced(Device theirs) {
    device = theirs;
    listener.accept(this);
  }

  @Override
  public void merge(List<Entry> entries, @Nullable Segment segment, int unusable)
      throws StorageException, InterruptedException {
    counters.entriesIn.add(entries.size());
    counters.refused.add(unusable);
    try {
      if (!isNode()) {
        mergeLegacy(entries);
      } else if (segment != null) {
        reader.merge(entries, segment, frameBytes);
      } else {
        reader.merge(entries);
      }
      refresh();
    } catch (ChannelClosedException e) {
      // The entries are stored; only the peer will not learn it before the next session.
      finish(e.reason());
    }
  }

  @Override
  public void stream(Payload.SyncRequest request) {
    FeedPosition position = request.position();
    if (!isNode()) {
      legacyWriter.ask(request.sinceMillis());
    } else if (position != null) {
      writer.ask(position);
      refresh();
    }
  }

  private void mergeLegacy(List<Entry> entries) throws StorageException, InterruptedException {
    if (entries.isEmpty()) {
      return;
    }
    stores.mergeWith(
        (store, current) -> {
          long newest = heard(store);
          for (Entry entry : entries) {
            newest = Math.max(newest, Math.min(entry.lastModifiedMillis(), clock.millis()));
          }
          return store.merge(
              stores.arrived(
                  new Batch(
                      entries,
                      LegacyWriter.sourceOf(peer),
                      Map.of(heardMark(), Long.toString(newest)))));
        });
  }

  private OptionalLong heard() throws StorageException, InterruptedException {
    long newest = stores.borrow(this::heard);
    return newest == 0 ? OptionalLong.empty() : OptionalLong.of(newest);
  }

  private long heard(HistoryStore store) throws StorageException {
    return Marks.number(store, heardMark());
  }

  private String heardMark() {
    return "heard/" + peer.value();
  }

  // --- The reading thread -----------------------------------------------------------------------

  private void read() {
    try {
      begin();
      Instant lastHeard = clock.instant();
      Instant lastPing = lastHeard;
      while (end == null) {
        if (receive()) {
          lastHeard = clock.instant();
        }
        Instant now = clock.instant();
        if (now.isAfter(lastHeard.plus(settings.silence()))) {
          finish(silence());
        } else if (greeting.isOver() && now.isAfter(lastPing.plus(settings.pingInterval()))) {
          lastPing = now;
          ping();
        }
        if (isNode()) {
          lookAfterStore();
          lookAfterProof(now);
        }
        refresh();
      }
    } catch (ChannelClosedException e) {
      finish(e.reason());
    } catch (StorageException e) {
      fail(e);
    } catch (InterruptedException e) {
      finish(local("the node stops"));
    } catch (RuntimeException | Error e) {
      fault("A session", e);
    }
  }

  private void begin() throws StorageException, InterruptedException, ChannelClosedException {
    greeting.send(greet());
  }

  private StoreState greet() throws StorageException, InterruptedException {
    return stores.withEpoch(
        (store, current) -> {
          epoch = current;
          StoreState state = store.state();
          hello = Greeting.hello(state, null);
          return state;
        });
  }

  private void ping() throws ChannelClosedException, InterruptedException {
    wire.send(new Payload.Ping((double) clock.millis(), hello));
  }

  /** Returns true if anything came. */
  private boolean receive() throws ChannelClosedException, InterruptedException, StorageException {
    try {
      Wire.Arrival arrival = isNode() ? ahead.receive(TICK) : wire.receive(TICK);
      if (arrival == null) {
        return false;
      }
      opened = true;
      frameBytes = arrival.frameBytes();
      hear(arrival.message());
    } catch (EnvelopeException e) {
      refuse(e);
    } catch (MalformedMessageException e) {
      refuse("a message that could not be read (" + e.getMessage() + ")");
    }
    return true;
  }

  private void hear(Message message)
      throws ChannelClosedException, InterruptedException, StorageException {
    switch (greeting.peer()) {
      case UNKNOWN -> greeted(message);
      case UNPROVEN -> {
        greeting.proven();
        ahead.start();
        isNode.complete(true);
        dispatch(message);
      }
      default -> dispatch(message);
    }
  }

  private void greeted(Message message)
      throws ChannelClosedException, InterruptedException, StorageException {
    Payload payload = message.payload();
    greeting.hear(payload);
    if (greeting.peer() == Greeting.Peer.UNPROVEN) {
      // The first word in version 2 proves that we have the keys, too.
      greet();
      ping();
      wire.send(new Payload.DeviceInfo(own));
    } else {
      hearUnproven(message);
    }
  }

  /**
   * What is said before it is known who says it may be a recording. It waits until a client of
   * version 1 has shown that it is there, and of any other it counts for nothing.
   */
  private void hearUnproven(Message message)
      throws ChannelClosedException, InterruptedException, StorageException {
    Payload payload = message.payload();
    if (payload instanceof Payload.Ping || payload instanceof Payload.Pong) {
      dispatch(message);
    } else if (greeting.mayBeLegacy() && early.size() < MAX_EARLY) {
      early.add(message);
    } else {
      refuse("a " + payload.type() + " message of version 1");
    }
    if (greeting.peer() == Greeting.Peer.LEGACY) {
      isNode.complete(false);
      wire.send(new Payload.DeviceInfo(own));
      wire.send(new Payload.SyncRequest(heard(), null));
      for (Message waiting = early.poll(); waiting != null; waiting = early.poll()) {
        dispatch(waiting);
      }
    }
  }

  private void dispatch(Message message)
      throws ChannelClosedException, InterruptedException, StorageException {
    if (message.payload() instanceof Payload.Reconcile turn) {
      if (!isNode() || !comparing.perform(() -> reconciliation.take(turn))) {
        refuse("a comparison out of turn");
      }
      return;
    }
    try (Slot.Lease<MessageHandler> handler =
        handlers.lease(message.payload().type(), settings.drainTimeout())) {
      if (handler == null) {
        counters.ignored.increment();
        return;
      }
      handler.service().handle(this, message);
    } catch (ChannelClosedException | InterruptedException | StorageException e) {
      throw e;
    } catch (Exception e) {
      refuse("a " + message.payload().type() + " message that could not be handled (" + e + ")");
    }
  }

  /**
   * A channel keeps frames whole and in order. So in version 2 one that cannot be opened is the end
   * of the session; in version 1, where anybody can slip in an old one, the first of them is.
   */
  private void refuse(EnvelopeException e) {
    switch (greeting.peer()) {
      case UNPROVEN -> {
        counters.refused.increment();
        finish(between());
      }
      case NODE -> {
        counters.refused.increment();
        finish(tampered(e));
      }
      default -> {
        if (!opened && e.reason() == EnvelopeException.Reason.NOT_AUTHENTIC) {
          counters.refused.increment();
          finish(stranger());
        } else {
          refuse("a frame that could not be opened (" + e.reason() + ")");
        }
      }
    }
  }

  private void refuse(String what) {
    counters.refused.increment();
    refused++;
    if (refused >= settings.maxRefused()) {
      finish(
          new CloseReason(
              CloseReason.Kind.VIOLATION,
              "it sent " + refused + " unusable messages, at last " + what));
    }
  }

  /**
   * When another store took over, both feeds begin anew: ours to be read, theirs to be asked for.
   */
  private void lookAfterStore()
      throws StorageException, InterruptedException, ChannelClosedException {
    long current = stores.epochNow();
    if (current != 0 && current != epoch) {
      greet();
      ping();
      reader.ask();
    } else if (resyncDue()) {
      reader.ask();
    }
  }

  /** Sends turns, and what they find; on the comparing thread. */
  private final class Turns implements Reconciliation.Outgoing {
    @Override
    public boolean begins() {
      return wire.isFirst();
    }

    @Override
    public void send(Payload.Reconcile turn) throws ChannelClosedException, InterruptedException {
      wire.send(turn);
    }

    @Override
    public void send(List<Entry> entries) throws ChannelClosedException, InterruptedException {
      writer.sendApart(entries);
    }

    @Override
    public void ended() throws StorageException, InterruptedException, ChannelClosedException {
      reader.ask();
    }
  }

  /** Once a day both sides show each other that nothing was missed. */
  private void lookAfterProof(Instant now) {
    if (wire.isFirst() && inSyncSince != null && now.isAfter(nextComparison)) {
      compare();
    }
  }

  /** Asks the peer anew, at the next tick. */
  private synchronized void resync() {
    resync = true;
  }

  /** Looks for what is missing, whatever was believed before. */
  void doubt() {
    resync();
    if (isNode()) {
      comparing.perform(reconciliation::begin);
    }
  }

  private synchronized boolean resyncDue() {
    boolean due = resync;
    resync = false;
    return due;
  }

  // --- The writing thread -----------------------------------------------------------------------

  private void write() {
    try {
      boolean node = isNode.get();
      if (end != null) {
        return;
      }
      if (node) {
        writer.run();
      } else {
        legacyWriter.run();
      }
    } catch (ChannelClosedException e) {
      finish(e.reason());
    } catch (StorageException e) {
      fail(e);
    } catch (InterruptedException e) {
      finish(local("the node stops"));
    } catch (RuntimeException | Error | ExecutionException e) {
      fault("A session", e);
    }
  }

  @Override
  public void grew() {
    writer.grew();
    legacyWriter.grew();
  }

  // --- State ------------------------------------------------------------------------------------

  boolean isNode() {
    return greeting.peer() == Greeting.Peer.NODE;
  }

  @Nullable Device device() {
    return device;
  }

  /** Returns why the session ended, or null while it goes on. */
  @Nullable CloseReason end() {
    return end;
  }

  PeerState state() {
    Instant since = inSyncSince;
    return since != null ? new PeerState.InSync(since) : syncing();
  }

  private PeerState syncing() {
    if (isNode()) {
      var theirs = reader.progress();
      var ours = writer.progress();
      return new PeerState.Syncing(
          theirs.position() + ours.acknowledged(), theirs.head() + ours.head());
    }
    var served = legacyWriter.progress();
    return new PeerState.Syncing(served.served(), served.head());
  }

  private void refresh() {
    boolean complete =
        isNode()
            ? reader.progress().complete() && writer.progress().complete()
            : isNode.isDone() && legacyWriter.progress().complete();
    boolean was = inSyncSince != null;
    if (complete != was) {
      inSyncSince = complete ? clock.instant() : null;
      listener.accept(this);
    }
  }

  private static CloseReason stranger() {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "what it sends cannot be opened: it has another mnemonic; give both devices the same 24"
            + " words");
  }

  private static CloseReason between() {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "somebody without your 24 words stands between this device and that one, or plays back an"
            + " old conversation: the keys of this connection do not fit. Nothing was accepted; if"
            + " it happens again, use another discovery service");
  }

  private static CloseReason tampered(EnvelopeException e) {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "a frame was changed, repeated, left out or put in on the way (" + e.reason() + ")");
  }

  private CloseReason silence() {
    if (greeting.peer() == Greeting.Peer.UNPROVEN) {
      return between();
    }
    return new CloseReason(
        CloseReason.Kind.LOST, "nothing was heard for " + settings.silence().toSeconds() + " s");
  }

  private static CloseReason local(String why) {
    return new CloseReason(CloseReason.Kind.LOCAL, why);
  }

  private void comparisonFailed(Throwable e) {
    if (e instanceof ChannelClosedException closed) {
      finish(closed.reason());
    } else if (e instanceof StorageException storage) {
      fail(storage);
    } else if (!(e instanceof InterruptedException)) {
      fault("A comparison", e);
    }
  }

  /**
   * Errors, too: a bundle that is taken away under our hands shows as one, and a session without
   * its thread would look alive until the node stops.
   */
  private void fault(String what, Throwable e) {
    failures.add(what + " broke off over a fault in this program: " + e, e);
    finish(local("a fault in this program: " + e));
  }

  private void fail(StorageException e) {
    String what = "The history could not be stored: " + e.getMessage();
    failures.add(what);
    finish(local(what));
  }

  private void finish(CloseReason reason) {
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = reason;
    }
    stores.unfollow(this);
    isNode.complete(false);
    channel.close(reason);
    comparing.close();
    ahead.close();
    greeting.close();
    wire.close();
    // A thread that waits for the store or the window hears nothing of the channel.
    interruptUnlessSelf(readThread);
    interruptUnlessSelf(writeThread);
    listener.accept(this);
  }

  private static void interruptUnlessSelf(Thread thread) {
    if (thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }
}
