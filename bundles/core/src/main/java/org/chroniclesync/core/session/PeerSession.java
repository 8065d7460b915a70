// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.message.sync.SyncSession;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.core.base.Guard;
import org.chroniclesync.core.base.LeasedService.Lease;
import org.chroniclesync.core.base.Self;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The conversation over one channel. A thread receives, one merges, one reads our feed, one sends;
 * the node's heartbeat looks after it. Whichever fails first ends the session, once.
 *
 * <pre>
 *   Greeting ──the peer proves what it is──▶ Talking(dialect) ──▶ Ended(reason)
 *      └──────────────────────────────────────────────────────────────┘
 * </pre>
 */
public final class PeerSession implements SyncSession {
  /** How often a session looks after itself. */
  private static final Duration TICK = Duration.ofMillis(250);

  /** How many messages may come before it is clear who the peer is. */
  private static final int MAX_EARLY = 32;

  private final PeerId peer;
  private final Channel channel;
  private final NodeContext context;
  private final Counters counters;
  private final Consumer<PeerSession> listener;
  private final Device own;
  private final Wire wire;
  private final Sender sender;
  private final Handshake handshake;
  private final PingClock pings;
  private final RoundTrip roundTrip = new RoundTrip(System::nanoTime);
  private final Inbox inbox = new Inbox();
  private final Receiver receiver;
  private final Merger merger;
  private final SessionThreads threads = new SessionThreads(this::threadFailed);
  private final Stores.Follower growth = this::grew;
  private final AtomicInteger refused = new AtomicInteger();

  /** For the thread that receives. */
  private final Deque<Wire.Arrival> early = new ArrayDeque<>();

  /** For the thread that receives. */
  private final LostRequest lostRequest = new LostRequest();

  /** Whether any frame could be opened. For the thread that receives. */
  private boolean opened;

  private volatile Phase phase = new Phase.Greeting();
  private volatile @Nullable Introduction introduction;
  private volatile @Nullable Device device;
  private volatile @Nullable Instant inSyncSince;
  private volatile long pingedAt;

  private sealed interface Phase {
    /** It is not known with whom. */
    record Greeting() implements Phase {}

    /** With a node, or a client of version 1. */
    record Talking(Dialect dialect) implements Phase {}

    /** For ever. */
    record Ended(CloseReason reason, @Nullable Dialect last) implements Phase {}
  }

  /** What this node says of itself, and which store it is about. */
  private record Introduction(long epoch, Hello hello) {}

  /**
   * Makes a session that {@link #start} begins.
   *
   * @param introduced whether the peer's name is its own; where a person carries the signals, it is
   *     made up
   * @param listener told of changes, on any thread; must not block
   */
  public PeerSession(
      PeerId peer,
      boolean introduced,
      Self self,
      Channel channel,
      NodeContext context,
      Counters counters,
      Consumer<PeerSession> listener) {
    this.peer = peer;
    this.channel = channel;
    this.context = context;
    this.counters = counters;
    this.listener = listener;
    this.own = NodeContext.device(self);
    this.pings = new PingClock(context.clock());
    this.wire =
        new Wire(channel, self, context.identities(), context.codecs(), counters, context.clock());
    this.sender = new Sender(wire);
    this.handshake =
        new Handshake(
            wire,
            sender,
            context.settings().windowBytes(),
            self.id(),
            peer,
            introduced,
            context.settings().legacyAllowed(),
            RandomGenerator.of("SecureRandom"));
    this.receiver = new Receiver(wire, new Arrivals());
    this.merger = new Merger(inbox, context.handlers(), new Handling());
  }

  /** Begins the conversation. */
  public void start() {
    context.stores().follow(growth);
    threads.start("sender", sender::run);
    threads.start("merger", merger::run);
    threads.start("receiver", this::receive);
    tickLater();
  }

  /** Ends the session. Returns at once; {@link #join} waits. */
  public void close(CloseReason reason) {
    end(reason);
  }

  /** Returns false if a thread of the session still ran at the deadline, in nanoseconds. */
  public boolean join(long deadline) throws InterruptedException {
    boolean over = threads.join(deadline);
    return over
        && (!(phase instanceof Phase.Ended ended)
            || ended.last() == null
            || ended.last().join(deadline));
  }

  // --- What handlers do -------------------------------------------------------------------------

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public int version() {
    return phase instanceof Phase.Talking talking ? talking.dialect().version() : 1;
  }

  @Override
  public Hello hello() {
    Introduction known = introduction;
    if (known == null) {
      throw new IllegalStateException("the session has not begun");
    }
    return known.hello();
  }

  @Override
  public void send(Payload payload) throws ChannelClosedException, InterruptedException {
    if (phase instanceof Phase.Ended ended) {
      throw new ChannelClosedException(ended.reason());
    }
    if (payload.isControl()) {
      sender.say(payload);
    } else {
      sender.ship(Sender.Lane.PROMPT, wire.prepare(payload));
    }
  }

  @Override
  public void met(@Nullable Hello theirs) {
    if (theirs != null) {
      talk(dialect -> dialect.met(theirs));
    }
  }

  @Override
  public void echoed(double timestamp) {
    roundTrip.echoed(timestamp);
    talk(dialect -> dialect.echoed(timestamp));
  }

  @Override
  public void introduced(Device theirs) {
    device = theirs;
    listener.accept(this);
  }

  @Override
  public void request(Payload.SyncRequest request) {
    talk(dialect -> dialect.request(request));
    refresh();
  }

  @Override
  public void merge(List<Entry> entries, @Nullable Segment segment, int unusable)
      throws StorageException, InterruptedException {
    counters.entriesIn.add(entries.size());
    counters.refused.add(unusable);
    if (phase instanceof Phase.Talking talking) {
      talking.dialect().merge(entries, segment, merger.frameBytes());
      refresh();
    }
  }

  @Override
  public void compare(Payload.Reconcile turn) {
    talk(dialect -> dialect.compare(turn));
  }

  private void talk(Consumer<Dialect> action) {
    if (phase instanceof Phase.Talking talking) {
      action.accept(talking.dialect());
    }
  }

  private void grew() {
    talk(Dialect::grew);
  }

  // --- The thread that receives -----------------------------------------------------------------

  private void receive() throws ChannelClosedException, InterruptedException, StorageException {
    handshake.begin(introduce());
    receiver.run();
  }

  private StoreState introduce() throws StorageException, InterruptedException {
    return context
        .stores()
        .withEpoch(
            (store, epoch) -> {
              StoreState state = store.state();
              introduction = new Introduction(epoch, Handshake.hello(state, null));
              return state;
            });
  }

  private final class Arrivals implements Receiver.Listener {
    @Override
    public void listens() throws ChannelClosedException, InterruptedException, StorageException {
      handleLostRequest();
    }

    @Override
    public void came(Wire.Arrival arrival)
        throws ChannelClosedException, InterruptedException, StorageException {
      opened = true;
      if (phase instanceof Phase.Talking talking) {
        arrived(talking.dialect(), arrival);
      } else if (handshake.peer() == Handshake.Peer.UNPROVEN) {
        handshake.proven();
        arrived(talkToNode(), arrival);
      } else {
        greeted(arrival);
      }
      refresh();
    }

    /**
     * A channel keeps frames whole and in order. So in version 2 one that cannot be opened is the
     * end of the session; in version 1, where anybody can slip in an old one, the first of them is.
     */
    @Override
    public void unopened(EnvelopeException why) {
      CloseReason reason =
          switch (handshake.peer()) {
            case UNPROVEN -> Endings.between();
            case NODE -> Endings.tampered(why);
            default ->
                !opened && why.reason() == EnvelopeException.Reason.NOT_AUTHENTIC
                    ? Endings.stranger()
                    : null;
          };
      if (reason == null) {
        refuse("a frame that could not be opened (" + why.reason() + ")");
      } else {
        counters.refused.increment();
        end(reason);
      }
    }

    @Override
    public void unread(MalformedMessageException why) {
      talk(
          dialect -> {
            dialect.skipped(wire.frameBytes());
            dialect.lost();
          });
      refuse("a message that could not be read (" + why.getMessage() + ")");
    }
  }

  private void arrived(Dialect dialect, Wire.Arrival arrival)
      throws ChannelClosedException, InterruptedException, StorageException {
    Message message = arrival.message();
    if (message.payload() instanceof Payload.Credit credit) {
      // In version 1 there is no limit that it could raise.
      sender.grant(credit.upTo());
    } else if (message.payload().isControl()) {
      handle(message, handler -> {});
    } else {
      dialect.arrived(new Inbox.Item.Came(message, arrival.record(), arrival.frameBytes()));
    }
  }

  private void greeted(Wire.Arrival arrival)
      throws ChannelClosedException, InterruptedException, StorageException {
    handshake.hear(arrival.message().payload());
    if (handshake.peer() == Handshake.Peer.UNPROVEN) {
      // The first word in version 2 proves that we have the keys, too.
      ping();
      sender.say(new Payload.DeviceInfo(own));
    } else {
      hearUnproven(arrival);
    }
  }

  /**
   * What is said before it is known who says it may be a recording. It waits until a client of
   * version 1 has shown that it is there, and of any other it counts for nothing.
   */
  private void hearUnproven(Wire.Arrival arrival)
      throws ChannelClosedException, InterruptedException, StorageException {
    Payload payload = arrival.message().payload();
    if (payload instanceof Payload.Ping || payload instanceof Payload.Pong) {
      handle(arrival.message(), handler -> {});
    } else if (handshake.mayBeLegacy() && early.size() < MAX_EARLY) {
      early.add(arrival);
    } else {
      refuse("a " + payload.type() + " message of version 1");
    }
    if (handshake.peer() == Handshake.Peer.LEGACY) {
      Dialect dialect = talkToClient();
      for (Wire.Arrival waiting = early.poll(); waiting != null; waiting = early.poll()) {
        arrived(dialect, waiting);
      }
    }
  }

  private Dialect talkToNode() {
    NodeDialect dialect =
        new NodeDialect(
            context,
            handshake.name(),
            wire,
            sender,
            inbox,
            new Introducing(),
            roundTrip::shortest,
            this::threadFailed);
    talk(dialect);
    return dialect;
  }

  private Dialect talkToClient() {
    LegacyDialect dialect = new LegacyDialect(context, peer, wire, sender, inbox, pings);
    sender.say(new Payload.DeviceInfo(own));
    inbox.add(dialect::begin);
    talk(dialect);
    return dialect;
  }

  private void talk(Dialect dialect) {
    if (!become(new Phase.Talking(dialect))) {
      dialect.close();
      return;
    }
    pingedAt = System.nanoTime();
    threads.start("writer", dialect::write);
    merger.open();
    listener.accept(this);
  }

  // --- Handling messages ------------------------------------------------------------------------

  /** What comes before a message is handled. */
  private interface Before {
    void handledBy(LateHandler handler) throws InterruptedException;
  }

  private void handle(Message message, Before before)
      throws ChannelClosedException, InterruptedException, StorageException {
    String type = message.payload().type();
    try (Lease<LateHandler> lease =
        context.handlers().lease(type, context.settings().drainTimeout())) {
      if (lease == null) {
        counters.ignored.increment();
        lost(message);
        return;
      }
      before.handledBy(lease.service());
      lease.service().handle(this, message);
      if (message.payload() instanceof Payload.SyncRequest) {
        lostRequest.handled();
      }
    } catch (ChannelClosedException | InterruptedException | StorageException e) {
      throw e;
    } catch (Exception e) {
      lost(message);
      refuse("a " + type + " message that could not be handled (" + e + ")");
    }
  }

  private void lost(Message message) {
    Payload payload = message.payload();
    if (payload instanceof Payload.History || payload instanceof Payload.SyncResponse) {
      talk(Dialect::lost);
    } else if (payload instanceof Payload.SyncRequest) {
      lostRequest.lost(message);
    }
  }

  private void handleLostRequest()
      throws ChannelClosedException, InterruptedException, StorageException {
    Message lost = lostRequest.due();
    if (lost != null && context.handlers().handles(lost.payload().type())) {
      handle(lost, handler -> {});
      refresh();
    }
  }

  private final class Handling implements Merger.Owner {
    @Override
    public boolean isOver() {
      return end() != null;
    }

    @Override
    public Message unpack(byte[] record) throws InterruptedException {
      try {
        return wire.unpack(record);
      } catch (MalformedMessageException e) {
        throw new IllegalStateException("the codec reads no more what it read before", e);
      }
    }

    @Override
    public void handle(Message message)
        throws ChannelClosedException, InterruptedException, StorageException {
      PeerSession.this.handle(message, merger::open);
    }

    @Override
    public void handled(int frameBytes) {
      talk(dialect -> dialect.handled(frameBytes));
      refresh();
    }

    @Override
    public void open(LateHandler handler) throws InterruptedException {
      try {
        handler.opened(PeerSession.this);
      } catch (InterruptedException e) {
        throw e;
      } catch (ChannelClosedException e) {
        // The session ends while it opens, which is no fault of the handler.
      } catch (Exception | Error e) {
        context.failures().add(Guard.sentence(handler.toString(), e), e);
      }
    }

    @Override
    public void close(LateHandler handler) {
      context.guard().run(handler.toString(), () -> handler.closed(PeerSession.this));
    }
  }

  private void refuse(String what) {
    counters.refused.increment();
    int times = refused.incrementAndGet();
    if (times >= context.settings().maxRefused()) {
      end(Endings.unusable(times, what));
    }
  }

  // --- The heartbeat ----------------------------------------------------------------------------

  private void tickLater() {
    context.heartbeat().after(TICK, this::tick);
  }

  private void tick() {
    if (phase instanceof Phase.Ended) {
      return;
    }
    try {
      long silence = context.settings().silence().toNanos();
      if (receiver.silence() > silence) {
        end(
            handshake.peer() == Handshake.Peer.UNPROVEN
                ? Endings.between()
                : Endings.silence(context.settings().silence()));
      } else if (wire.stuckNanos() > silence) {
        end(Endings.stuck(context.settings().silence()));
      } else if (phase instanceof Phase.Talking talking) {
        pingIfDue();
        talking.dialect().tick();
        refresh();
      }
    } finally {
      tickLater();
    }
  }

  private void pingIfDue() {
    long now = System.nanoTime();
    if (now - pingedAt > context.settings().pingInterval().toNanos()) {
      pingedAt = now;
      ping();
    }
  }

  private void ping() {
    double timestamp = pings.next();
    roundTrip.left(timestamp);
    sender.say(new Payload.Ping(timestamp, hello()));
  }

  /** What the dialect says of our store. */
  private final class Introducing implements NodeDialect.Introduction {
    @Override
    public long epoch() {
      Introduction known = introduction;
      return known == null ? 0 : known.epoch();
    }

    @Override
    public FeedId renew() throws StorageException, InterruptedException {
      FeedId feed = introduce().feed();
      ping();
      return feed;
    }
  }

  // --- State ------------------------------------------------------------------------------------

  /** Returns how long the newest ping took there and back, or null while none has come back. */
  public @Nullable Duration roundTrip() {
    return roundTrip.latest();
  }

  /** Tells whether the peer has proved to be a node. */
  public boolean isNode() {
    return handshake.peer() == Handshake.Peer.NODE;
  }

  /** Tells whether the peer has proved that it has the account's key. */
  public boolean isProven() {
    return handshake.peer() == Handshake.Peer.NODE || handshake.peer() == Handshake.Peer.LEGACY;
  }

  /** Returns what the peer says of its device, if it has. */
  public @Nullable Device device() {
    return device;
  }

  /** Returns why the session ended, or null while it goes on. */
  public @Nullable CloseReason end() {
    return phase instanceof Phase.Ended ended ? ended.reason() : null;
  }

  /** Returns how far both sides have come. */
  public PeerState state() {
    Instant since = inSyncSince;
    if (since != null) {
      return new PeerState.InSync(since);
    }
    return phase instanceof Phase.Talking talking
        ? talking.dialect().progress()
        : new PeerState.Connecting();
  }

  private void refresh() {
    boolean complete = phase instanceof Phase.Talking talking && talking.dialect().isComplete();
    boolean was = inSyncSince != null;
    if (complete != was) {
      inSyncSince = complete ? context.clock().instant() : null;
      listener.accept(this);
    }
  }

  /** Looks for what is missing, whatever was believed before. */
  public void doubt() {
    talk(Dialect::doubt);
  }

  // --- The end ----------------------------------------------------------------------------------

  private void threadFailed(Throwable failure) {
    if (phase instanceof Phase.Ended) {
      return;
    }
    if (failure instanceof ChannelClosedException closed) {
      end(closed.reason());
    } else if (failure instanceof InterruptedException) {
      end(Endings.local("the node stops"));
    } else if (failure instanceof StorageException) {
      String what = "The history could not be stored: " + failure.getMessage();
      context.failures().add(what, failure);
      end(Endings.local(what));
    } else {
      context
          .failures()
          .add("A session broke off over a fault in this program: " + failure, failure);
      end(Endings.local("a fault in this program: " + failure));
    }
  }

  /** Returns false if the session has ended. */
  private synchronized boolean become(Phase next) {
    if (phase instanceof Phase.Ended) {
      return false;
    }
    phase = next;
    return true;
  }

  private void end(CloseReason reason) {
    Phase before;
    synchronized (this) {
      before = phase;
      if (!become(
          new Phase.Ended(
              reason, before instanceof Phase.Talking talking ? talking.dialect() : null))) {
        return;
      }
    }
    context.stores().unfollow(growth);
    context.guard().run("A channel", () -> channel.close(reason));
    if (before instanceof Phase.Talking talking) {
      talking.dialect().close();
    }
    sender.close();
    // A thread that waits for the store or for a handler hears nothing of the channel.
    threads.end();
    // Keys are of a bundle that may be on its way out.
    context.guard().run("The identity", handshake::close);
    context.guard().run("The identity", wire::close);
    listener.accept(this);
  }
}
