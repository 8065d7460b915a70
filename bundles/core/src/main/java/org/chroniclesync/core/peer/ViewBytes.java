// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.api.transport.AttemptReport.ServerProblem;
import org.chroniclesync.api.transport.AttemptReport.Stage;
import org.jspecify.annotations.Nullable;

/**
 * The last attempts of one device, as bytes for the other (docs/protocol.md, "Both sides"). Times
 * are ages, since the clocks of two devices differ.
 */
final class ViewBytes {
  /** What a sealed signal takes, less the proof of who sealed it. */
  private static final int MAX_BYTES = 39_900;

  private static final int MAX_CHARS = AttemptReport.MAX_CHARS;

  /** A year: what is older is of no use, and a number without a bound would overflow. */
  private static final long MAX_MILLIS = Duration.ofDays(365).toMillis();

  private static final byte OFFERS = 1;
  private static final byte FAILED = 2;
  private static final long UNDER_WAY = -1;

  /** By their numbers on the wire. */
  private static final List<Stage> STAGES =
      List.of(
          Stage.UNKNOWN,
          Stage.PREPARING,
          Stage.AWAITING_ANSWER,
          Stage.CHECKING,
          Stage.SECURING,
          Stage.OPEN);

  private static final List<Candidate.Kind> KINDS =
      List.of(Candidate.Kind.HOST, Candidate.Kind.MAPPED, Candidate.Kind.RELAYED);

  private static final List<Pair.State> STATES =
      List.of(
          Pair.State.WAITING,
          Pair.State.TRYING,
          Pair.State.FAILED,
          Pair.State.WORKS,
          Pair.State.USED);

  /** How much is told, from all of it to what surely has room. */
  private enum Extent {
    ALL(PeerView.MAX_ATTEMPTS, 16, 20),
    NEWEST(1, 16, 20),
    LITTLE(1, 4, 4);

    private final int attempts;
    private final int candidates;
    private final int pairs;

    Extent(int attempts, int candidates, int pairs) {
      this.attempts = attempts;
      this.candidates = candidates;
      this.pairs = pairs;
    }
  }

  private ViewBytes() {}

  /** Writes as many of the attempts as have room. */
  static byte[] of(byte kind, int number, List<PeerAttempt> newestFirst, Instant now) {
    byte[] bytes = new byte[0];
    for (Extent extent : Extent.values()) {
      bytes = of(extent, kind, number, newestFirst, now);
      if (bytes.length <= MAX_BYTES) {
        return bytes;
      }
    }
    throw new IllegalStateException("a view of " + bytes.length + " bytes");
  }

  private static byte[] of(
      Extent extent, byte kind, int number, List<PeerAttempt> newestFirst, Instant now) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(kind);
      out.writeInt(number);
      List<PeerAttempt> told = first(newestFirst, extent.attempts);
      out.writeByte(told.size());
      for (PeerAttempt attempt : told) {
        write(out, extent, attempt, now);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(all.size(), most));
  }

  private static void write(DataOutputStream out, Extent extent, PeerAttempt attempt, Instant now)
      throws IOException {
    AttemptReport report = attempt.report();
    Instant end = attempt.endedAt();
    String failure = attempt.failure();
    text(out, attempt.transport());
    out.writeLong(millis(report.startedAt(), now));
    out.writeLong(end == null ? UNDER_WAY : millis(report.startedAt(), end));
    out.writeByte((report.offers() ? OFFERS : 0) | (failure != null ? FAILED : 0));
    out.writeByte(STAGES.indexOf(report.stage()));
    text(out, failure == null ? "" : failure);
    candidates(out, first(report.own(), extent.candidates));
    candidates(out, first(report.peers(), extent.candidates));
    List<Pair> pairs = first(report.pairs(), extent.pairs);
    out.writeByte(pairs.size());
    for (Pair pair : pairs) {
      write(out, pair);
    }
    List<ServerProblem> problems = first(report.problems(), extent.candidates);
    out.writeByte(problems.size());
    for (ServerProblem problem : problems) {
      text(out, problem.server());
      out.writeInt(problem.code());
      text(out, problem.text());
    }
  }

  private static long millis(Instant from, Instant to) {
    return Math.max(0, Math.min(Duration.between(from, to).toMillis(), MAX_MILLIS));
  }

  private static void candidates(DataOutputStream out, List<Candidate> all) throws IOException {
    out.writeByte(all.size());
    for (Candidate one : all) {
      write(out, one);
    }
  }

  private static void write(DataOutputStream out, Candidate one) throws IOException {
    out.writeByte(KINDS.indexOf(one.kind()));
    text(out, one.protocol());
    text(out, one.address());
  }

  private static void write(DataOutputStream out, Pair pair) throws IOException {
    Candidate own = pair.own();
    out.writeByte(own == null ? 0 : 1);
    if (own != null) {
      write(out, own);
    }
    write(out, pair.peers());
    out.writeByte(STATES.indexOf(pair.state()));
    out.writeLong(pair.sent());
    out.writeLong(pair.answered());
    out.writeLong(pair.received());
    text(out, pair.why() == null ? "" : pair.why());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = bounded(text).getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String bounded(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
  }

  /** Reads what the other device wrote. What comes after it is of a later version. */
  static List<PeerAttempt> read(ByteBuffer from, Instant now) {
    int count = count(from, PeerView.MAX_ATTEMPTS);
    List<PeerAttempt> attempts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      attempts.add(attempt(from, now));
    }
    return attempts;
  }

  /** Reads how many there are, of which each takes a byte at least. */
  private static int count(ByteBuffer from, int most) {
    int count = Byte.toUnsignedInt(from.get());
    if (count > most || count > from.remaining()) {
      throw new IllegalArgumentException(count + " where " + most + " may be");
    }
    return count;
  }

  private static PeerAttempt attempt(ByteBuffer from, Instant now) {
    String transport = read(from);
    Instant startedAt = now.minusMillis(millis(from.getLong()));
    long took = from.getLong();
    byte flags = from.get();
    Stage stage = value(STAGES, from.get());
    String failure = read(from);
    List<Candidate> own = candidates(from);
    List<Candidate> peers = candidates(from);
    List<Pair> pairs = new ArrayList<>();
    for (int left = count(from, AttemptReport.MAX_PAIRS); left > 0; left--) {
      pairs.add(pair(from));
    }
    List<ServerProblem> problems = new ArrayList<>();
    for (int left = count(from, AttemptReport.MAX_PROBLEMS); left > 0; left--) {
      problems.add(new ServerProblem(read(from), from.getInt(), read(from)));
    }
    return new PeerAttempt(
        transport,
        new AttemptReport(startedAt, (flags & OFFERS) != 0, stage, own, peers, pairs, problems),
        took == UNDER_WAY ? null : startedAt.plusMillis(millis(took)),
        took != UNDER_WAY && (flags & FAILED) != 0 ? failure : null);
  }

  private static long millis(long said) {
    return Math.max(0, Math.min(said, MAX_MILLIS));
  }

  private static List<Candidate> candidates(ByteBuffer from) {
    List<Candidate> all = new ArrayList<>();
    for (int left = count(from, AttemptReport.MAX_CANDIDATES); left > 0; left--) {
      all.add(candidate(from));
    }
    return all;
  }

  private static Candidate candidate(ByteBuffer from) {
    return new Candidate(value(KINDS, from.get()), read(from), read(from));
  }

  private static Pair pair(ByteBuffer from) {
    Candidate own = from.get() == 0 ? null : candidate(from);
    return new Pair(
        own,
        candidate(from),
        value(STATES, from.get()),
        from.getLong(),
        from.getLong(),
        from.getLong(),
        emptyAsNull(read(from)));
  }

  private static @Nullable String emptyAsNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** What only later versions know counts as the first, which claims least. */
  private static <T> T value(List<T> all, byte number) {
    return all.get(number >= 0 && number < all.size() ? number : 0);
  }

  private static String read(ByteBuffer from) {
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    byte[] text = new byte[length];
    from.get(text);
    return bounded(new String(text, UTF_8));
  }
}
