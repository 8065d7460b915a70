// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How far an attempt to connect has come: which addresses there are, and which pairs of them were
 * tried. The addresses are private, and those of the peer, and what servers say, may be made up:
 * for the eyes of the node's owner alone, and escaped before they are shown. Immutable.
 *
 * @param startedAt when the attempt began, by which those of one link are told apart
 * @param offers whether this side offered
 * @param stage how far it is
 * @param own the addresses of this side, at most {@link #MAX_CANDIDATES}; more are left out
 * @param peers the addresses that the peer told and this side may try, with the same bound
 * @param pairs what was tried, at most {@link #MAX_PAIRS}; more are left out
 * @param problems what the servers said or did not say that help to connect, at most {@link
 *     #MAX_PROBLEMS}; more are left out
 */
@ProviderType
public record AttemptReport(
    Instant startedAt,
    boolean offers,
    Stage stage,
    List<Candidate> own,
    List<Candidate> peers,
    List<Pair> pairs,
    List<ServerProblem> problems) {
  /** How many addresses of a side are told. */
  public static final int MAX_CANDIDATES = 64;

  /** How many pairs are told. */
  public static final int MAX_PAIRS = 64;

  /** How many problems are told. */
  public static final int MAX_PROBLEMS = 16;

  /** How many characters of a text are told. */
  public static final int MAX_CHARS = 200;

  /** Copies the lists up to their bounds. */
  public AttemptReport {
    own = List.copyOf(own.subList(0, Math.min(own.size(), MAX_CANDIDATES)));
    peers = List.copyOf(peers.subList(0, Math.min(peers.size(), MAX_CANDIDATES)));
    pairs = List.copyOf(pairs.subList(0, Math.min(pairs.size(), MAX_PAIRS)));
    problems = List.copyOf(problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS)));
  }

  /**
   * Makes the report of an attempt of which nothing is known.
   *
   * @param startedAt when it began
   * @param offers whether this side offered
   * @return the report
   */
  public static AttemptReport unknown(Instant startedAt, boolean offers) {
    return new AttemptReport(
        startedAt, offers, Stage.UNKNOWN, List.of(), List.of(), List.of(), List.of());
  }

  private static String bounded(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
  }

  /** How far an attempt is. */
  @ProviderType
  public enum Stage {
    /** The transport does not say. */
    UNKNOWN,
    /** This side prepares its description. */
    PREPARING,
    /** This side has offered, and nothing came back. */
    AWAITING_ANSWER,
    /** Both sides know the addresses of each other, and none is reached yet. */
    CHECKING,
    /** The peer is reached, and the connection is being secured. */
    SECURING,
    /** There is a channel. */
    OPEN
  }

  /**
   * An address at which a side may be reached.
   *
   * @param kind how the side knows it
   * @param protocol {@code udp} or {@code tcp}; cut at {@link #MAX_CHARS}
   * @param address address and port, or what stands for them; cut at {@link #MAX_CHARS}
   */
  @ProviderType
  public record Candidate(Kind kind, String protocol, String address) {
    /** Cuts what is too long. */
    public Candidate {
      protocol = bounded(protocol);
      address = bounded(address);
    }

    /** How a side knows an address. */
    @ProviderType
    public enum Kind {
      /** It is one of the side's own. */
      HOST,
      /** A server, or the other side, saw what comes from the side come from there. */
      MAPPED,
      /** A server takes there what is for the side. */
      RELAYED
    }
  }

  /**
   * An address of each side, between which this side tries to connect.
   *
   * @param own that of this side, or null if that is not known
   * @param peers that of the peer
   * @param state what came of it
   * @param sent how many requests this side sent, or -1 if that is not counted
   * @param answered how many of them were answered, or -1
   * @param received how many requests of the peer came, or -1
   * @param why what went wrong, or null; cut at {@link #MAX_CHARS}
   */
  @ProviderType
  public record Pair(
      @Nullable Candidate own,
      Candidate peers,
      State state,
      long sent,
      long answered,
      long received,
      @Nullable String why) {
    /** Cuts what is too long. */
    public Pair {
      why = why == null ? null : bounded(why);
    }

    /** What came of a pair. */
    @ProviderType
    public enum State {
      /** It waits for its turn. */
      WAITING,
      /** It is being tried. */
      TRYING,
      /** Nothing came of it. */
      FAILED,
      /** The two reach each other. */
      WORKS,
      /** The channel goes this way. */
      USED
    }
  }

  /**
   * A server that did not help.
   *
   * @param server its URL, without any secret; cut at {@link #MAX_CHARS}
   * @param code the code of its answer, as STUN has them; {@value #NO_ANSWER} if none came
   * @param text what it said; cut at {@link #MAX_CHARS}
   */
  @ProviderType
  public record ServerProblem(String server, int code, String text) {
    /** The code of a server that could not be reached. */
    public static final int NO_ANSWER = 701;

    /** Cuts what is too long. */
    public ServerProblem {
      server = bounded(server);
      text = bounded(text);
    }
  }
}
