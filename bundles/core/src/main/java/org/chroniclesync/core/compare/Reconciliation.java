// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Payload.Reconcile;
import org.chroniclesync.api.message.Payload.Reconcile.Step;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.core.store.FeedMarks;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of our history with a peer's, in turns. When it has ended well, all that the
 * peer's feed held at its beginning is here, and the mark of that feed says so. For one thread;
 * {@link #isWanted} for any.
 */
public final class Reconciliation {
  /** After that long without, one is due. */
  public static final Duration PERIOD = Duration.ofDays(1);

  /** Each turn parts what differs in sixteen, so no comparison needs nearly as many. */
  private static final int MAX_TURNS = 64;

  /** The feed waits for the first comparison; where that takes long, it need not wait. */
  public static final Duration MOST_TIME = Duration.ofSeconds(20);

  /** If one side has so many times as many versions, sending them is the better way. */
  private static final int TIMES = 4;

  private final Stores stores;
  private final PeerId peer;
  private final Outgoing out;
  private final Clock clock;
  private @Nullable Run run;

  /** What it says to the peer and to the session. */
  public interface Outgoing {
    /** Tells whether this side begins. */
    boolean begins();

    /** Returns how many messages of the peer were lost that may have brought entries. */
    long losses();

    /** Sends a turn, behind the entries that were sent before. */
    void send(Reconcile turn) throws ChannelClosedException, InterruptedException;

    /** Sends entries as they are, outside of the feed. */
    void send(List<Entry> entries) throws ChannelClosedException, InterruptedException;

    /** The peer's feed is held up to there; this was its head when the comparison began. */
    void proven(FeedId feed, long head);

    /** Goes on with the peer's feed from where the mark says. */
    void ended() throws StorageException, InterruptedException, ChannelClosedException;
  }

  /** One comparison. What was compared of one store says nothing of another. */
  private static final class Run {
    private final long epoch;
    private @Nullable FeedId feed;
    private long head;
    private final long began = System.nanoTime();
    private final long losses;
    private int turns;

    Run(long epoch, long losses) {
      this.epoch = epoch;
      this.losses = losses;
    }
  }

  /** What is computed with the store of an epoch. */
  private record Answer(long epoch, FeedId feed, long head, Reconciler.@Nullable Turn turn) {}

  /** Makes a comparison that nobody has begun. */
  public Reconciliation(Stores stores, PeerId peer, Outgoing out, Clock clock) {
    this.stores = stores;
    this.peer = peer;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Tells whether comparing is the way to begin: not where a position is known, or where one side
   * has nearly nothing of what the other has.
   */
  public static boolean isWanted(long position, long ours, long theirs) {
    return position == 0
        && Math.min(ours, theirs) > 0
        && Math.max(ours, theirs) / Math.min(ours, theirs) < TIMES;
  }

  /** Returns when it is due again after the last time; 0 for never before. */
  public static Instant nextDue(long lastMillis) {
    return Instant.ofEpochMilli(lastMillis).plus(PERIOD);
  }

  /** Begins, or asks the peer to. */
  public void begin() throws StorageException, InterruptedException, ChannelClosedException {
    if (!stores.borrow(Reconciler::canCompare)) {
      say(Step.TOO_DIFFERENT);
      giveUp();
    } else if (!out.begins()) {
      say(Step.WISH);
    } else if (run == null) {
      Answer answer =
          stores.withEpoch(
              (store, epoch) -> {
                Answer before = state(store, epoch, null);
                return new Answer(
                    epoch, before.feed(), before.head(), new Reconciler(store).opening());
              });
      run = new Run(answer.epoch(), out.losses());
      send(answer);
    }
  }

  private void say(Step step)
      throws StorageException, InterruptedException, ChannelClosedException {
    Answer answer = stores.withEpoch((store, epoch) -> state(store, epoch, null));
    out.send(new Reconcile(step, answer.feed(), answer.head(), List.of()));
  }

  /** Takes a turn of the peer, all of whose entries are stored by now. */
  public void take(Reconcile turn)
      throws StorageException, InterruptedException, ChannelClosedException {
    switch (turn.step()) {
      case WISH -> {
        if (out.begins()) {
          begin();
        }
      }
      case TURN -> answer(turn);
      case DONE -> {
        Run ending = run;
        if (ending != null) {
          note(ending, turn);
          end(ending);
        }
      }
      case TOO_DIFFERENT -> giveUp();
    }
  }

  private void answer(Reconcile turn)
      throws StorageException, InterruptedException, ChannelClosedException {
    Answer answer = answerTo(turn);
    Run mine = run;
    if (mine == null) {
      mine = new Run(answer.epoch(), out.losses());
      run = mine;
    }
    note(mine, turn);
    mine.turns++;
    if (answer.turn() == null || isInVain(mine) || mine.epoch != answer.epoch()) {
      out.send(new Reconcile(Step.TOO_DIFFERENT, answer.feed(), answer.head(), List.of()));
      giveUp();
      return;
    }
    send(answer);
    if (answer.turn().isLast()) {
      end(mine);
    }
  }

  private boolean isInVain(Run run) {
    return run.turns > MAX_TURNS || System.nanoTime() - run.began > MOST_TIME.toNanos();
  }

  private Answer answerTo(Reconcile turn) throws StorageException, InterruptedException {
    return stores.withEpoch(
        (store, epoch) -> {
          // The head before the comparison: what comes during it may be missed by it.
          Answer before = state(store, epoch, null);
          if (!Reconciler.canCompare(store)) {
            return before;
          }
          try {
            Reconciler.Turn next = new Reconciler(store).answer(turn.parts());
            return new Answer(epoch, before.feed(), before.head(), next);
          } catch (Reconciler.TooDifferentException e) {
            return before;
          }
        });
  }

  private static Answer state(HistoryStore store, long epoch, Reconciler.@Nullable Turn turn)
      throws StorageException {
    var state = store.state();
    return new Answer(epoch, state.feed(), state.head(), turn);
  }

  private void send(Answer answer) throws ChannelClosedException, InterruptedException {
    Reconciler.Turn turn = answer.turn();
    if (turn == null) {
      throw new IllegalArgumentException("there is no turn");
    }
    out.send(turn.entries());
    out.send(
        turn.isLast()
            ? new Reconcile(Step.DONE, answer.feed(), answer.head(), List.of())
            : new Reconcile(Step.TURN, answer.feed(), answer.head(), turn.parts()));
  }

  /** The peer's head as it was at its first turn. */
  private static void note(Run run, Reconcile turn) {
    if (run.feed == null) {
      run.feed = turn.feed();
      run.head = turn.head();
    }
  }

  private void end(Run ended)
      throws StorageException, InterruptedException, ChannelClosedException {
    FeedId feed = ended.feed;
    run = null;
    if (feed == null) {
      return;
    }
    long now = clock.millis();
    boolean whole = out.losses() == ended.losses;
    boolean noted =
        whole
            && stores.withEpoch(
                (store, epoch) -> epoch == ended.epoch && noteHeld(store, feed, ended.head, now));
    if (noted) {
      out.proven(feed, ended.head);
    }
    out.ended();
  }

  private boolean noteHeld(HistoryStore store, FeedId feed, long head, long now)
      throws StorageException {
    long position = Math.max(FeedMarks.held(store, peer, feed), head);
    Map<String, String> marks = FeedMarks.compared(store, peer, feed, position, now);
    store.merge(new Batch(List.of(), null, marks));
    return true;
  }

  /** Goes on without: the feed brings what is missing, only not as fast. */
  public void giveUp() throws StorageException, InterruptedException, ChannelClosedException {
    run = null;
    out.ended();
  }
}
