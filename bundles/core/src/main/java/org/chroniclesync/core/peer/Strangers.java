// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.support.Backoff;
import org.chroniclesync.core.base.EventLoop;

/**
 * Peers that have not proved yet that they have the account's key. Whoever knows a room, or runs
 * it, can make them up, and each attempt costs sockets, and packets to addresses that the peer
 * chose. So only a few attempts are under way at once, each for a limited time, and the more of
 * them come to nothing the rarer they get, whatever the peers are called. On the loop's thread.
 */
public final class Strangers {
  /**
   * How many attempts are under way at once with peers that one discovery has seen: with nodes, and
   * as many with clients of version 1.
   */
  static final int MOST = 4;

  /** How long an attempt may take from its beginning to the proof. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Devices that prove themselves are a person's own, so there are not many. */
  private static final int MAX_KNOWN = 1_000;

  private static final Duration PAUSE_BASE = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final EventLoop loop;
  // Not the default one of Java: its module is not visible to what the runnable jar loads.
  private final RandomGenerator random = new Random();

  /** One that is full of ghosts leaves the others their turns. */
  private final Map<Queue, Turns> turns = new HashMap<>();

  private final Set<PeerId> known =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<PeerId, Boolean> eldest) {
              return size() > MAX_KNOWN;
            }
          });

  /** Nodes say nothing that a stranger could read, so they do not wait behind made-up clients. */
  private record Queue(String discovery, boolean nodes) {}

  /** What is done about one stranger. */
  interface Effort {
    /** It is its turn. */
    void begin();

    /** It took too long. */
    void giveUp();
  }

  /** Makes one for all peers of a node. */
  public Strangers(EventLoop loop) {
    this.loop = loop;
  }

  boolean isKnown(PeerId peer) {
    return known.contains(peer);
  }

  /** The peer has proved the key, now or in an earlier session. */
  public void proved(PeerId peer) {
    known.add(peer);
  }

  /**
   * Waits for its turn.
   *
   * @param discovery who has seen the peer
   */
  Attempt attempt(PeerId peer, String discovery, Effort effort) {
    Turns its = turns.computeIfAbsent(new Queue(discovery, peer.isNode()), queue -> new Turns());
    return its.add(new Attempt(peer, its, effort));
  }

  /** An attempt with one stranger, waiting or under way, until it is closed. */
  final class Attempt implements AutoCloseable {
    private final PeerId peer;
    private final Turns its;
    private final Effort effort;
    private boolean begun;
    private boolean closed;

    private Attempt(PeerId peer, Turns its, Effort effort) {
      this.peer = peer;
      this.its = its;
      this.effort = effort;
    }

    PeerId peer() {
      return peer;
    }

    boolean isUnderWay() {
      return begun && !closed;
    }

    private void begin() {
      begun = true;
      loop.after(
          PATIENCE,
          () -> {
            if (!closed) {
              effort.giveUp();
            }
          });
      effort.begin();
    }

    /** It came to its end: to nothing, if the peer is not known by now. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        its.ended(this);
      }
    }
  }

  /** Who is next. */
  private final class Turns {
    /** Drawn from by lot: ghosts that came first, or last, do not keep a true one waiting. */
    private final List<Attempt> waiting = new ArrayList<>();

    private final Backoff pauses = new Backoff(PAUSE_BASE, PAUSE_MAX, random);
    private int underWay;

    /** How many came to nothing since one led to a proof. */
    private int failed;

    private boolean paused;

    Attempt add(Attempt added) {
      waiting.add(added);
      // Not before whoever asked knows the attempt.
      loop.post(this::beginNext);
      return added;
    }

    void ended(Attempt attempt) {
      waiting.remove(attempt);
      if (attempt.begun) {
        underWay--;
        if (isKnown(attempt.peer)) {
          failed = 0;
          pauses.reset();
        } else {
          failed++;
        }
        beginNext();
      }
    }

    private void beginNext() {
      while (!paused && underWay < MOST && !waiting.isEmpty()) {
        if (failed >= MOST) {
          pause();
        } else {
          beginOne();
        }
      }
    }

    private void pause() {
      paused = true;
      loop.after(
          pauses.next(),
          () -> {
            paused = false;
            if (underWay < MOST) {
              beginOne();
            }
            beginNext();
          });
    }

    private void beginOne() {
      if (!waiting.isEmpty()) {
        underWay++;
        waiting.remove(random.nextInt(waiting.size())).begin();
      }
    }
  }
}
