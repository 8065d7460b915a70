// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.core.compare.ComparingThread;
import org.chroniclesync.core.compare.Reconciliation;
import org.chroniclesync.core.store.FeedMarks;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/** Version 2: each side reads the other's feed, acknowledges, and compares. */
final class NodeDialect implements Dialect {
  /** A peer waits for the answer before it sends another turn, or says that it is over. */
  private static final int MAX_POSTPONED = 4;

  /** How soon what was lost is asked for again: after twice that, and up to 64 times. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  private static final int MAX_DOUBLINGS = 6;

  private final Stores stores;
  private final PeerId peer;
  private final Wire wire;
  private final Sender sender;
  private final Inbox inbox;
  private final Clock clock;
  private final Introduction introduction;
  private final FeedReader reader;
  private final FeedWriter writer;
  private final ReceiveWindow window;
  private final Reconciliation reconciliation;
  private final ComparingThread comparing;
  private final Consumer<Throwable> failed;

  /** How many messages were lost that may have brought entries. */
  private final AtomicLong losses = new AtomicLong();

  /**
   * How many of them since entries were last stored; what keeps failing is asked for less often.
   */
  private final AtomicInteger lossesInARow = new AtomicInteger();

  /** When what was lost is asked for again, in {@link System#nanoTime}; 0 if nothing was. */
  private volatile long askAgainAt;

  /** The peer is asked at the next tick; asked more often it would begin anew each time. */
  private final AtomicBoolean askDue = new AtomicBoolean();

  /** A look at the store waits already; one is enough. */
  private final AtomicBoolean lookWaits = new AtomicBoolean();

  /** What the peer last said of a feed that is not read yet. It may say so faster than we look. */
  private final AtomicReference<@Nullable Hello> unknown = new AtomicReference<>();

  /** Turns that came while the peer's feed was read. Written by the thread that merges only. */
  private volatile List<Payload.Reconcile> postponed = List.of();

  private volatile Instant nextComparison = Instant.MAX;

  /** Since when the end of a comparison is waited for, in {@link System#nanoTime}; 0 for not. */
  private volatile long comparingSince;

  /** What the node says of itself, as its store is now. */
  interface Introduction {
    /** Returns the epoch of the store that it is about. */
    long epoch();

    /** Says anew what the store in use is, and returns its feed. */
    FeedId renew() throws StorageException, InterruptedException;
  }

  NodeDialect(
      NodeContext context,
      PeerId peer,
      Wire wire,
      Sender sender,
      Inbox inbox,
      Introduction introduction,
      Supplier<@Nullable Duration> roundTrip,
      Consumer<Throwable> failed) {
    int windowBytes = context.settings().windowBytes();
    this.stores = context.stores();
    this.peer = peer;
    this.clock = context.clock();
    this.wire = wire;
    this.sender = sender;
    this.inbox = inbox;
    this.introduction = introduction;
    this.reader = new FeedReader(stores, peer, sender, windowBytes / 4);
    this.writer = new FeedWriter(stores, peer, wire, sender);
    this.window =
        new ReceiveWindow(
            windowBytes,
            context.reserve(),
            roundTrip,
            System::nanoTime,
            credit -> sender.say(new Payload.Credit(credit)));
    this.reconciliation = new Reconciliation(stores, peer, new Turns(), clock);
    this.comparing = new ComparingThread(failed);
    this.failed = failed;
  }

  @Override
  public int version() {
    return Handshake.VERSION;
  }

  @Override
  public void write() throws ChannelClosedException, InterruptedException, StorageException {
    writer.run();
  }

  @Override
  public void arrived(Inbox.Item.Came came) throws ChannelClosedException {
    if (!window.received(came.frameBytes())) {
      throw new ChannelClosedException(
          new CloseReason(
              CloseReason.Kind.VIOLATION, "it sent more than it was granted; update it"));
    }
    inbox.add(came);
  }

  @Override
  public void handled(int frameBytes) {
    window.handled(frameBytes);
  }

  /** Else the peer would be short of that credit for good. */
  @Override
  public void skipped(int frameBytes) {
    window.received(frameBytes);
    window.handled(frameBytes);
  }

  @Override
  public void lost() {
    losses.incrementAndGet();
    int times = Math.min(lossesInARow.incrementAndGet(), MAX_DOUBLINGS);
    askAgainAt = (System.nanoTime() + (ASK_AGAIN.toNanos() << times)) | 1;
  }

  @Override
  public void met(Hello theirs) {
    writer.peerFeed(theirs.feed());
    if (!reader.follows(theirs.feed()) && unknown.getAndSet(theirs) == null) {
      inbox.add(this::catchUp);
    }
  }

  private void catchUp() throws StorageException, InterruptedException {
    Hello theirs = unknown.getAndSet(null);
    if (theirs != null) {
      catchUp(theirs);
    }
  }

  /**
   * By position where one is known; else by comparing, if both sides have much of the same size.
   */
  private void catchUp(Hello theirs) throws StorageException, InterruptedException {
    FeedId feed = theirs.feed();
    if (reader.follows(feed)) {
      return;
    }
    boolean compare =
        stores.borrow(
            store ->
                Reconciliation.isWanted(
                    FeedMarks.held(store, peer, feed),
                    store.state().entries() + store.state().tombstones(),
                    theirs.entries()));
    nextComparison =
        Reconciliation.nextDue(stores.borrow(store -> FeedMarks.compared(store, peer, feed)));
    if (compare) {
      reader.await(feed);
      beginComparison();
    } else {
      reader.follow(feed);
    }
  }

  private void beginComparison() {
    nextComparison = clock.instant().plus(Reconciliation.PERIOD);
    compareNow();
  }

  private void compareNow() {
    comparingSince = System.nanoTime() | 1;
    comparing.perform(reconciliation::begin);
  }

  @Override
  public void echoed(double timestamp) {}

  @Override
  public void request(Payload.SyncRequest request) {
    FeedPosition position = request.position();
    if (position != null) {
      writer.ask(position);
    }
  }

  @Override
  public void merge(List<Entry> entries, @Nullable Segment segment, int frameBytes)
      throws StorageException, InterruptedException {
    if (segment != null) {
      reader.merge(entries, segment, frameBytes);
      lossesInARow.set(0);
      takePostponed();
    } else {
      reader.merge(entries);
    }
  }

  /** What a comparison finds while a feed brings it would come twice, so the feed goes first. */
  @Override
  public void compare(Payload.Reconcile turn) {
    if (reader.isUnderWay() && postponed.size() < MAX_POSTPONED) {
      postponed = Stream.concat(postponed.stream(), Stream.of(turn)).toList();
    } else {
      take(turn);
    }
  }

  private void takePostponed() {
    if (!postponed.isEmpty() && !reader.isUnderWay()) {
      List<Payload.Reconcile> due = postponed;
      postponed = List.of();
      due.forEach(this::takeLate);
    }
  }

  private void take(Payload.Reconcile turn) {
    if (!comparing.perform(() -> reconciliation.take(turn))) {
      throw new IllegalStateException("a comparison out of turn");
    }
  }

  /** Nobody handles a message now whose failure would count against the peer. */
  private void takeLate(Payload.Reconcile turn) {
    if (!comparing.perform(() -> reconciliation.take(turn))) {
      failed.accept(
          new ChannelClosedException(
              new CloseReason(
                  CloseReason.Kind.VIOLATION,
                  "it sent turns of a comparison without waiting for the answers; update it")));
    }
  }

  @Override
  public void grew() {
    writer.grew();
  }

  /**
   * When another store took over, both feeds begin anew: ours to be read, theirs to be asked for.
   * And once a day both sides show each other that nothing was missed.
   */
  @Override
  public void tick() {
    long current = stores.epochNow();
    if (current != 0 && (current != introduction.epoch() || writer.hasStrayed())) {
      lookAtStore();
    } else if (askDue.getAndSet(false)) {
      inbox.add(reader::ask);
    } else if (!postponed.isEmpty() && !reader.isUnderWay()) {
      inbox.add(this::takePostponed);
    }
    if (isAskedAgain()) {
      inbox.add(reader::askAnew);
    }
    giveUpComparing();
    if (wire.isFirst() && isComplete() && clock.instant().isAfter(nextComparison)) {
      beginComparison();
    }
  }

  private boolean isAskedAgain() {
    long at = askAgainAt;
    boolean due = at != 0 && System.nanoTime() - at > 0;
    if (due) {
      askAgainAt = 0;
    }
    return due;
  }

  /** A turn that was not handled, here or there, is answered by nobody, and the feed waits. */
  private void giveUpComparing() {
    long since = comparingSince;
    if (since != 0 && System.nanoTime() - since > Reconciliation.MOST_TIME.toNanos()) {
      comparingSince = 0;
      comparing.perform(reconciliation::giveUp);
    }
  }

  private void lookAtStore() {
    if (!lookWaits.getAndSet(true)) {
      inbox.add(
          () -> {
            writer.settle(introduction.renew());
            reader.look();
            lookWaits.set(false);
          });
    }
  }

  @Override
  public void doubt() {
    askDue.set(true);
    compareNow();
  }

  @Override
  public boolean isComplete() {
    return askAgainAt == 0 && reader.progress().complete() && writer.progress().complete();
  }

  @Override
  public PeerState.Syncing progress() {
    FeedReader.Progress theirs = reader.progress();
    FeedWriter.Progress ours = writer.progress();
    return new PeerState.Syncing(
        sum(theirs.position(), ours.acknowledged()), sum(theirs.head(), ours.head()));
  }

  /** The peer's numbers may be anything. */
  private static long sum(long theirs, long ours) {
    return theirs > Long.MAX_VALUE - ours ? Long.MAX_VALUE : theirs + ours;
  }

  @Override
  public void close() {
    window.close();
    comparing.close();
  }

  @Override
  public boolean join(long deadline) throws InterruptedException {
    return comparing.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
  }

  /** Sends turns, and what they find; on the thread that compares. */
  private final class Turns implements Reconciliation.Outgoing {
    @Override
    public boolean begins() {
      return wire.isFirst();
    }

    @Override
    public long losses() {
      return losses.get();
    }

    @Override
    public void send(Payload.Reconcile turn) throws ChannelClosedException, InterruptedException {
      sender.ship(Sender.Lane.PROMPT, wire.prepare(turn));
    }

    @Override
    public void send(List<Entry> entries) throws ChannelClosedException, InterruptedException {
      writer.sendApart(entries);
    }

    @Override
    public void proven(FeedId feed, long head) {
      inbox.add(() -> reader.heard(feed, head));
    }

    @Override
    public void ended() {
      comparingSince = 0;
      inbox.add(reader::ask);
    }
  }
}
