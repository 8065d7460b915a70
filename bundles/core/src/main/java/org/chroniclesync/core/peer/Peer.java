// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.support.Backoff;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.PeerView.Unasked.Reason;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.Self;
import org.chroniclesync.core.base.Settings;
import org.chroniclesync.core.session.Counters;
import org.chroniclesync.core.session.NodeContext;
import org.chroniclesync.core.session.PeerSession;
import org.jspecify.annotations.Nullable;

/**
 * A device of the person's, and the effort to be in a session with it. On the loop's thread, but
 * for {@link #status}.
 *
 * <p>It is in one state at a time, and what is planned in a state is void in any other:
 *
 * <pre>
 *   Connecting ──▶ Connected ──▶ Pausing ──▶ Connecting …
 *        any of them ──nobody sees it, no session──▶ Gone ──seen──▶ Connecting
 *        any of them ──close──▶ Closed
 * </pre>
 *
 * Links are owned while the peer is seen or connected: {@code Gone} and {@code Closed} close them.
 *
 * <p>Who offers: of two nodes the one with the smaller peer id at once; whoever meets a smaller
 * node, or a client of version 1, only if no offer comes within a grace. So nodes meet without
 * glare, and a client that offers by itself, as all known ones do, meets no offer of ours. That
 * matters: a Chromium that takes its offer back for another in the moment it made it may never
 * gather candidates, and does not recover.
 */
public final class Peer {
  /**
   * How long a session must have lasted for its loss to be taken as new rather than as one more.
   */
  private static final Duration STEADY = Duration.ofSeconds(10);

  /** How often at least a session over a transport that is not the best tries to move. */
  private static final Duration MOVE_MAX = Duration.ofHours(1);

  /** How many sealed signals wait while nobody is there who could open them. */
  private static final int MAX_DEFERRED = 32;

  /** How many signals of a stranger wait for its turn, and how long they are in all. */
  private static final int MAX_EARLY = 32;

  private static final int MAX_EARLY_CHARS = 65_536;

  private static final String UNPROVEN =
      "it did not prove within "
          + Strangers.PATIENCE.toSeconds()
          + " s that it has your 24 words. If it is yours, see whether it is awake and has the same"
          + " words";

  private static final String NOT_SEALED =
      "what came in its name was not sealed with your 24 words. Either it has another mnemonic; give"
          + " both devices the same 24 words. Or the discovery service made it up";

  private final PeerId id;
  private final Self self;
  private final NodeContext context;
  private final EventLoop loop;
  private final Runnable changed;
  private final Backoff backoff;
  private final SignalSealing sealing;
  private final Strangers strangers;
  private final KnownDevices devices;
  private final Links links;
  private final Counters counters = new Counters();
  private final Attempts attempts;
  private final Views views = new Views();

  /** The memberships in which the peer was seen, by the name of their discovery; newest last. */
  private final Map<String, Membership> seenIn = new LinkedHashMap<>();

  /** The way back for signals: where the last one came from, which may be a person's hand. */
  private @Nullable Membership way;

  /** Sealed signals of the peer, and our own, for which there is no identity now. */
  private final Deque<Runnable> deferred = new ArrayDeque<>();

  /** The attempt with a peer that has proved nothing yet. */
  private Strangers.@Nullable Attempt attempt;

  /** What a stranger signalled before it had its turn. */
  private final Deque<Signal> early = new ArrayDeque<>();

  private int earlyChars;

  /** Sessions whose news waits on the loop: once, however much there is of it. */
  private final Set<PeerSession> reporting = ConcurrentHashMap.newKeySet();

  private volatile State state = new State.Gone(new PeerState.Connecting());
  private volatile @Nullable Device device;
  private volatile boolean node;

  private abstract static sealed class State {
    /** What a person is told. It may change without the state, so that no plan is void by it. */
    volatile PeerState shown;

    State(PeerState shown) {
      this.shown = shown;
    }

    /** An attempt is under way. */
    static final class Connecting extends State {
      private boolean counterOffered;

      Connecting() {
        super(new PeerState.Connecting());
      }
    }

    /** Nothing is tried for a while; an offer of the peer's is taken all the same. */
    static final class Pausing extends State {
      Pausing(PeerState shown) {
        super(shown);
      }
    }

    /** There is a session. */
    static final class Connected extends State {
      private final Connection connection;

      /** The one before, over another transport, until it is clear which the peer keeps. */
      private final @Nullable Connection previous;

      /** Whether it was noted that the device is there. */
      private boolean noted;

      Connected(Connection connection, @Nullable Connection previous) {
        super(new PeerState.Connecting());
        this.connection = connection;
        this.previous = previous;
      }
    }

    /** Nobody sees it, and there is no session. */
    static final class Gone extends State {
      Gone(PeerState shown) {
        super(shown);
      }
    }

    /** For ever. */
    static final class Closed extends State {
      Closed() {
        super(new PeerState.Connecting());
      }
    }
  }

  /**
   * What there is while the peer is connected.
   *
   * @param session the conversation
   * @param by the transport that its channel is of
   * @param sinceNanos when it was opened, in {@link System#nanoTime}
   */
  private record Connection(PeerSession session, Transports.Named by, long sinceNanos) {
    boolean isSteady() {
      return System.nanoTime() - sinceNanos > STEADY.toNanos();
    }
  }

  /** Makes a peer that nobody has seen yet. */
  public Peer(
      PeerId id,
      Self self,
      NodeContext context,
      Transports transports,
      Strangers strangers,
      KnownDevices devices,
      EventLoop loop,
      Runnable changed) {
    this.id = id;
    this.self = self;
    this.context = context;
    this.strangers = strangers;
    this.devices = devices;
    this.loop = loop;
    this.changed = changed;
    Settings settings = context.settings();
    this.sealing = new SignalSealing(self.id(), id, context.identities());
    this.attempts = new Attempts(context.clock());
    this.links = new Links(self.id(), id, transports, loop, context.guard(), this::on);
    this.backoff =
        new Backoff(settings.retryBase(), settings.retryMax(), RandomGenerator.getDefault());
  }

  private @Nullable Connection connection() {
    return state instanceof State.Connected connected ? connected.connection : null;
  }

  private boolean isConnected() {
    return state instanceof State.Connected;
  }

  private boolean isClosed() {
    return state instanceof State.Closed;
  }

  /** Goes over to a state, unless it is closed. The state before closes nothing that lives on. */
  private void become(State next) {
    if (isClosed()) {
      return;
    }
    state = next;
    if (!(next instanceof State.Connecting || next instanceof State.Connected)) {
      endAttempt();
    }
    if (next instanceof State.Gone || next instanceof State.Closed) {
      links.close();
      deferred.clear();
    }
    changed.run();
  }

  /** Does something later, if the peer is still in the same state. */
  private void after(Duration delay, State planned, Runnable action) {
    loop.after(
        delay,
        () -> {
          if (state == planned) {
            action.run();
          }
        });
  }

  // --- What discoveries say ---------------------------------------------------------------------

  /** It is in a room. */
  public void seen(String discovery, Membership membership) {
    boolean anew = seenIn.put(discovery, membership) == null || state instanceof State.Gone;
    way = membership;
    if (anew && !isConnected()) {
      backoff.reset();
      connect();
    }
  }

  /** It has left a room, or the discovery has. */
  public void gone(String discovery) {
    Membership lost = seenIn.remove(discovery);
    if (way == lost) {
      way = seenIn.values().stream().reduce((a, b) -> b).orElse(null);
    }
    if (seenIn.isEmpty() && !isConnected()) {
      become(nobodySeesIt());
    }
  }

  private State nobodySeesIt() {
    return new State.Gone(new PeerState.Gone(context.clock().instant()));
  }

  /** It signalled, if the discovery is right. */
  public void signal(String discovery, Membership membership, Signal signal) {
    // A peer that signals is there, even if the news of its coming was lost.
    seenIn.putIfAbsent(discovery, membership);
    way = membership;
    if (!isSealing()) {
      if (!(signal instanceof Signal.Sealed)) {
        takeInTurn(signal);
      }
    } else if (signal instanceof Signal.Sealed sealed) {
      open(sealed);
    } else {
      refuse();
    }
  }

  private boolean isSealing() {
    return id.isNode() && isIntroduced();
  }

  /** Whoever carries signals by hand makes up the peer's name. */
  private boolean isIntroduced() {
    return way == null || way.trickles();
  }

  /** Between nodes nothing counts that whoever carries the signals could have made up. */
  private void open(Signal.Sealed sealed) {
    SignalSealing.Opened opened = sealing.open(sealed);
    if (opened instanceof SignalSealing.Opened.Signalled signalled) {
      if (signalled.answers()) {
        views.announced();
      }
      if (!strangers.isKnown(id)) {
        proved();
      }
      take(signalled.signal());
    } else if (opened instanceof SignalSealing.Opened.NotNow) {
      defer(() -> open(sealed));
    } else if (opened instanceof SignalSealing.Opened.Asked asked) {
      tellView(asked.number());
    } else if (opened instanceof SignalSealing.Opened.Told told) {
      if (!views.told(told.number(), told.attempts(), context.clock().instant())) {
        counters.ignored.increment();
      }
    } else if (opened instanceof SignalSealing.Opened.Unknown) {
      counters.ignored.increment();
    } else {
      refuse();
    }
  }

  private void refuse() {
    counters.refused.increment();
    context.failures().add("Device " + id + " was refused: " + NOT_SEALED);
    // Only shown: whoever makes up signals must not keep us from trying.
    state.shown = new PeerState.Refused(NOT_SEALED);
    changed.run();
  }

  /** A stranger's signal counts when it is its turn; until then it waits, within bounds. */
  private void takeInTurn(Signal signal) {
    if (mayAttempt()) {
      take(signal);
    } else if (early.size() < MAX_EARLY && earlyChars + length(signal) <= MAX_EARLY_CHARS) {
      earlyChars += length(signal);
      early.add(signal);
      attempt();
    }
  }

  private static int length(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return offer.sdp().length();
    } else if (signal instanceof Signal.Answer answer) {
      return answer.sdp().length();
    } else if (signal instanceof Signal.Candidate candidate) {
      return candidate.candidate().length();
    }
    return 0;
  }

  private void take(Signal signal) {
    if (state instanceof State.Gone) {
      if (signal instanceof Signal.Offer || !isIntroduced()) {
        become(new State.Connecting());
      } else {
        // It answers nothing of ours, so it was played back or is late, and leads nowhere alone.
        connect();
      }
    }
    if (!links.signal(signal, trickles()) && signal instanceof Signal.Offer) {
      counterOffer();
    }
  }

  /** The peer offers what we have not got, so we offer what we have; once, for it may be alike. */
  private void counterOffer() {
    if (!isConnected() && id.isNode()) {
      State.Connecting connecting =
          state instanceof State.Connecting already ? already : new State.Connecting();
      if (!connecting.counterOffered) {
        connecting.counterOffered = true;
        become(connecting);
        offer(links.next());
      }
    }
  }

  private boolean trickles() {
    return way == null || way.trickles();
  }

  /** Nothing that waits on the loop may wait for an identity, so what needs one waits here. */
  private void defer(Runnable signalling) {
    if (deferred.size() < MAX_DEFERRED) {
      deferred.add(signalling);
    }
  }

  /** There is somebody again who seals and opens. */
  public void identityCame() {
    List<Runnable> due = List.copyOf(deferred);
    deferred.clear();
    due.forEach(Runnable::run);
  }

  // --- What either side thinks ------------------------------------------------------------------

  /** Asks the peer for its view of the attempts. A question touches none of them. */
  public void view(CompletableFuture<PeerView> answer) {
    Membership membership = way;
    if (membership == null || !membership.trickles() || seenIn.isEmpty()) {
      answer.complete(new PeerView.Unasked(Reason.NO_WAY));
    } else if (views.asks(answer)) {
      int number = views.number();
      Signal.Sealed question = sealing.question(number);
      if (question != null) {
        say(membership, question);
      }
      loop.after(PeerView.PATIENCE, () -> views.giveUp(number));
    }
  }

  private void tellView(int number) {
    Membership membership = way;
    if (membership == null || !views.mayTell()) {
      counters.ignored.increment();
      return;
    }
    Signal.Sealed view = sealing.view(number, attempts.newestFirst(), context.clock().instant());
    if (view != null) {
      say(membership, view);
    }
  }

  // --- What the node says -----------------------------------------------------------------------

  /** Tries at once what would be tried later. */
  public void retryNow() {
    Connection current = connection();
    if (current != null) {
      current.session().doubt();
    } else if (!seenIn.isEmpty()) {
      backoff.reset();
      // An attempt that is under way would be given up for the next one, as often as one asks.
      if (!(state instanceof State.Connecting) || links.isEmpty()) {
        connect();
      }
    }
  }

  /** A transport has left; its channels end by themselves. */
  public void transportGone(Transports.Named named) {
    if (links.drop(named) && !isConnected() && !seenIn.isEmpty()) {
      connect();
    }
  }

  /**
   * A peer that could not be reached may be now; a session moves to a better transport. Whoever
   * gets it last offers, because only then do both ends have it.
   */
  public void transportCame() {
    if (seenIn.isEmpty()) {
      return;
    }
    if (!isConnected() && links.isEmpty()) {
      connect();
    } else {
      moveUp();
    }
  }

  private void moveUp() {
    List<Transports.Named> usable = links.usable();
    Connection current = connection();
    if (current != null && !usable.isEmpty() && !usable.get(0).equals(current.by())) {
      offer(usable.get(0));
    }
  }

  /** The news of a transport may come while the peer has none, or no session; so it is retried. */
  private void moveUpLater(State.Connected connected, Duration delay) {
    after(
        delay,
        connected,
        () -> {
          moveUp();
          Duration twice = delay.multipliedBy(2);
          moveUpLater(connected, twice.compareTo(MOVE_MAX) < 0 ? twice : MOVE_MAX);
        });
  }

  /**
   * Ends all of it, for good.
   *
   * @return the sessions that are ending
   */
  public List<PeerSession> close() {
    List<PeerSession> ending = new ArrayList<>();
    if (state instanceof State.Connected connected) {
      for (Connection open : Arrays.asList(connected.connection, connected.previous)) {
        if (open != null) {
          ending.add(open.session());
        }
      }
    }
    become(new State.Closed());
    views.close();
    CloseReason reason = new CloseReason(CloseReason.Kind.LOCAL, "the node stops");
    ending.forEach(session -> session.close(reason));
    return ending;
  }

  /** Tells whether a discovery sees it. */
  public boolean isSeenIn(String discovery) {
    return seenIn.containsKey(discovery);
  }

  /** Tells whether there is a session with it. */
  public boolean isInSession() {
    return isConnected();
  }

  /** Tells whether nothing is lost if it is forgotten. */
  public boolean isGone() {
    return state instanceof State.Gone && seenIn.isEmpty();
  }

  /** Returns what a person should know of it. On any thread. */
  public PeerStatus status() {
    State now = state;
    Connection current = now instanceof State.Connected connected ? connected.connection : null;
    return new PeerStatus(
        id,
        device,
        current == null ? null : current.by().name(),
        current == null ? null : links.note(current.by()),
        node,
        shown(now),
        counters.sum(),
        current == null ? null : current.session().roundTrip());
  }

  /** Returns the last attempts to connect with it, newest first. On any thread. */
  public List<PeerAttempt> attempts() {
    return attempts.newestFirst();
  }

  private static PeerState shown(State now) {
    if (now instanceof State.Connected connected) {
      return connected.connection.session().state();
    }
    return now.shown;
  }

  // --- Strangers --------------------------------------------------------------------------------

  /** Whoever carries signals by hand knows whose they are. */
  private boolean mayAttempt() {
    return strangers.isKnown(id) || !isIntroduced() || (attempt != null && attempt.isUnderWay());
  }

  /** Waits for its turn, unless it does already. */
  private void attempt() {
    if (attempt == null) {
      attempt = strangers.attempt(id, seenIn.keySet().iterator().next(), new Effort());
      if (!isConnected()) {
        become(new State.Connecting());
      }
    }
  }

  private final class Effort implements Strangers.Effort {
    @Override
    public void begin() {
      List<Signal> due = List.copyOf(early);
      clearEarly();
      due.forEach(Peer.this::take);
      // Whatever else was played back leads nowhere, and would keep us from offering.
      boolean answering = due.stream().anyMatch(Signal.Offer.class::isInstance) && !links.isEmpty();
      if (!isConnected() && !answering) {
        connect();
      }
    }

    @Override
    public void giveUp() {
      Connection current = connection();
      if (current != null) {
        current.session().close(new CloseReason(CloseReason.Kind.LOST, UNPROVEN));
      } else {
        links.close();
        retryLater(UNPROVEN);
      }
    }
  }

  private void proved() {
    boolean waits = attempt != null && !attempt.isUnderWay();
    strangers.proved(id);
    endAttempt();
    if (waits && !isConnected()) {
      connect();
    }
  }

  private void endAttempt() {
    clearEarly();
    Strangers.Attempt ended = attempt;
    attempt = null;
    if (ended != null) {
      ended.close();
    }
  }

  private void clearEarly() {
    early.clear();
    earlyChars = 0;
  }

  // --- Connecting -------------------------------------------------------------------------------

  private void connect() {
    if (!mayAttempt()) {
      attempt();
      return;
    }
    Transports.Named named = links.next();
    if (named == null) {
      become(
          new State.Pausing(
              new PeerState.Unreachable(
                  "no transport is running that it speaks; start or install one",
                  context.clock().instant())));
      return;
    }
    State.Connecting connecting = new State.Connecting();
    become(connecting);
    if (offersAtOnce()) {
      offer(named);
    } else {
      after(context.settings().offerGrace(), connecting, () -> offer(links.next()));
    }
  }

  private boolean offersAtOnce() {
    return id.isNode() && self.id().compareTo(id) < 0;
  }

  private void offer(Transports.@Nullable Named named) {
    if (named != null && way != null && !isClosed()) {
      links.offer(named, trickles());
    }
  }

  private void retryLater(String why) {
    Duration delay = backoff.next();
    State pausing =
        new State.Pausing(new PeerState.Unreachable(why, context.clock().instant().plus(delay)));
    become(pausing);
    after(delay, pausing, this::connect);
  }

  private void on(Transports.Named named, LinkEvent event) {
    if (event instanceof LinkEvent.Opened opened) {
      opened(named, opened.channel());
    } else if (event instanceof LinkEvent.SignalOut out && links.has(named)) {
      signalOut(out.signal());
    } else if (event instanceof LinkEvent.Progress progress) {
      attempts.progress(named.name(), progress.report());
    } else if (event instanceof LinkEvent.Failed why && links.isRunning(named)) {
      failed(named, why.why());
    }
  }

  private void signalOut(Signal signal) {
    Membership membership = way;
    if (membership == null) {
      return;
    }
    if (!isSealing()) {
      say(membership, signal);
      return;
    }
    Signal.Sealed sealed = sealing.seal(signal);
    if (sealed == null) {
      defer(() -> signalOut(signal));
    } else {
      say(membership, sealed);
    }
  }

  private void say(Membership membership, Signal signal) {
    context.guard().run("A discovery", () -> membership.signal(id, signal));
  }

  /** Goes on with the next transport; after the last one, with the best again, but later. */
  private void failed(Transports.Named named, String why) {
    if (isClosed() || state instanceof State.Gone) {
      return;
    }
    links.remember(named, why);
    attempts.failed(named.name(), why);
    if (isConnected()) {
      changed.run();
      return;
    }
    context.failures().add("Device " + id + " cannot be reached by " + named.name() + ": " + why);
    if (links.exhausted(named)) {
      retryLater(why);
    } else {
      connect();
    }
  }

  private void opened(Transports.Named named, Channel channel) {
    if (isClosed()) {
      context.guard().run("A channel", channel::close);
      return;
    }
    Connection before = connection();
    PeerSession session =
        new PeerSession(id, isIntroduced(), self, channel, context, counters, this::report);
    Connection next = new Connection(session, named, System.nanoTime());
    State.Connected connected =
        new State.Connected(next, before == null ? null : kept(before, named));
    become(connected);
    links.succeeded(named);
    attempts.opened(named.name());
    session.start();
    if (offersAtOnce()) {
      moveUpLater(connected, context.settings().retryMax());
    }
  }

  /**
   * Ends the session that a newer one replaces. Over two transports both ends may have opened one
   * at the same time, each seeing the other's as the newer; so only the node that offers at once
   * chooses, and the other follows, or goes back.
   *
   * @return the session before, if it is kept for a while
   */
  private @Nullable Connection kept(Connection before, Transports.Named by) {
    Connection older = state instanceof State.Connected connected ? connected.previous : null;
    if (older != null) {
      replaced(older);
    }
    boolean moved = !by.equals(before.by());
    if (moved && id.isNode() && !offersAtOnce()) {
      loop.after(
          context.settings().offerGrace(),
          () -> {
            if (!before.equals(connection())) {
              replaced(before);
            }
          });
      return before;
    }
    replaced(before);
    return null;
  }

  private static void replaced(Connection before) {
    before
        .session()
        .close(new CloseReason(CloseReason.Kind.LOCAL, "the peer opened a newer connection"));
  }

  // --- What the session says, from any thread ---------------------------------------------------

  private void report(PeerSession from) {
    if (reporting.add(from)) {
      loop.post(
          new EventLoop.Event() {
            @Override
            public void run() {
              reporting.remove(from);
              refresh(from);
            }

            @Override
            public void dropped() {
              reporting.remove(from);
            }
          });
    }
    changed.run();
  }

  private void refresh(PeerSession from) {
    if (!(state instanceof State.Connected connected) || from != connected.connection.session()) {
      return;
    }
    boolean news = from.device() != null && !from.device().equals(device);
    device = from.device() == null ? device : from.device();
    node = from.isNode();
    if (from.isProven()) {
      noteProof(connected, news || from.end() != null);
    }
    CloseReason end = from.end();
    if (end != null) {
      Connection before = connected.previous;
      if (before != null && before.session().end() == null) {
        // The peer kept that one.
        become(new State.Connected(before, null));
      } else {
        ended(connected.connection, end);
      }
    }
    changed.run();
  }

  private void noteProof(State.Connected connected, boolean news) {
    if (!connected.noted || news) {
      connected.noted = true;
      devices.seen(id, node, device);
    }
    if (!strangers.isKnown(id)) {
      strangers.proved(id);
      endAttempt();
    }
  }

  private void ended(Connection lost, CloseReason reason) {
    if (lost.isSteady()) {
      backoff.reset();
    }
    boolean violated = reason.kind() == CloseReason.Kind.VIOLATION;
    if (violated) {
      context.failures().add("Device " + id + " was refused: " + reason.sentence());
    }
    if (seenIn.isEmpty()) {
      become(nobodySeesIt());
    } else if (violated) {
      State pausing = new State.Pausing(new PeerState.Refused(reason.sentence()));
      become(pausing);
      after(context.settings().retryMax(), pausing, () -> offer(links.next()));
    } else if (!links.isRunning(lost.by())) {
      // Our transport was lost, not the peer: the next one is tried at once.
      connect();
    } else {
      retryLater(reason.sentence());
    }
  }
}
