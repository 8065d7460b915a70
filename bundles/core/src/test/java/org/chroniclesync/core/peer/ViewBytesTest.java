// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.api.transport.AttemptReport.ServerProblem;
import org.chroniclesync.api.transport.AttemptReport.Stage;
import org.junit.jupiter.api.Test;

/** What a device tells of its attempts, and what another makes of it. */
class ViewBytesTest {
  private static final byte KIND = 5;
  private static final int NUMBER = 0x01020304;
  private static final Instant NOW = Instant.parse("2026-12-01T06:00:00Z");
  private static final Candidate HOST = new Candidate(Candidate.Kind.HOST, "udp", "10.0.0.2:9");
  private static final Candidate SEEN = new Candidate(Candidate.Kind.MAPPED, "udp", "192.0.2.1:7");

  /** As docs/protocol.md shows it. */
  private static final String VECTOR =
      "05 01020304 01"
          + " 00000006 776562727463 0000000000007530 0000000000004e20 03 03 00000003 666172"
          + " 01 00 00000003 756470 0000000a 31302e302e302e323a39"
          + " 01 01 00000003 756470 0000000b 3139322e302e322e313a37"
          + " 01 01 00 00000003 756470 0000000a 31302e302e302e323a39"
          + " 01 00000003 756470 0000000b 3139322e302e322e313a37"
          + " 02 0000000000000007 0000000000000000 ffffffffffffffff 00000000"
          + " 01 00000006 7374756e3a78 000002bd 00000000";

  private static PeerAttempt attempt() {
    return new PeerAttempt(
        "webrtc",
        new AttemptReport(
            NOW.minusSeconds(30),
            true,
            Stage.CHECKING,
            List.of(HOST),
            List.of(SEEN),
            List.of(new Pair(HOST, SEEN, Pair.State.FAILED, 7, 0, -1, null)),
            List.of(new ServerProblem("stun:x", 701, ""))),
        NOW.minusSeconds(10),
        "far");
  }

  private static List<PeerAttempt> read(byte[] bytes, Instant now) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    assertThat(from.get()).isEqualTo(KIND);
    assertThat(from.getInt()).isEqualTo(NUMBER);
    return ViewBytes.read(from, now);
  }

  private static byte[] vector() {
    return HexFormat.of().parseHex(VECTOR.replace(" ", ""));
  }

  @Test
  void isWrittenAsSpecified() {
    assertThat(ViewBytes.of(KIND, NUMBER, List.of(attempt()), NOW)).isEqualTo(vector());
    assertThat(read(vector(), NOW)).containsExactly(attempt());
  }

  @Test
  void timesAreAgesSinceClocksDiffer() {
    Instant there = NOW.plusSeconds(86_400);
    PeerAttempt read = read(vector(), there).get(0);
    assertThat(read.report().startedAt()).isEqualTo(there.minusSeconds(30));
    assertThat(read.endedAt()).isEqualTo(there.minusSeconds(10));
  }

  @Test
  void oneThatIsUnderWayAndOneThatConnectedAreToldApart() {
    AttemptReport unknown = AttemptReport.unknown(NOW.minusSeconds(1), false);
    List<PeerAttempt> told =
        List.of(
            new PeerAttempt("a", unknown, null, null), new PeerAttempt("b", unknown, NOW, null));
    assertThat(read(ViewBytes.of(KIND, NUMBER, told, NOW), NOW)).isEqualTo(told);
  }

  @Test
  void whatHasNoRoomIsLeftOutTheOldestFirst() {
    String wide = "\u20ac".repeat(AttemptReport.MAX_CHARS);
    Candidate longest = new Candidate(Candidate.Kind.RELAYED, wide, wide);
    PeerAttempt large =
        new PeerAttempt(
            wide,
            new AttemptReport(
                NOW,
                false,
                Stage.SECURING,
                Collections.nCopies(AttemptReport.MAX_CANDIDATES, longest),
                Collections.nCopies(AttemptReport.MAX_CANDIDATES, longest),
                Collections.nCopies(
                    AttemptReport.MAX_PAIRS,
                    new Pair(longest, longest, Pair.State.USED, 1, 1, 1, wide)),
                Collections.nCopies(
                    AttemptReport.MAX_PROBLEMS, new ServerProblem(wide, 701, wide))),
            NOW,
            wide);
    byte[] bytes = ViewBytes.of(KIND, NUMBER, Collections.nCopies(PeerAttempt.MAX, large), NOW);
    assertThat(bytes).hasSizeLessThanOrEqualTo(39_900);
    List<PeerAttempt> read = read(bytes, NOW);
    assertThat(read).hasSize(1);
    assertThat(read.get(0).report().pairs()).isNotEmpty();
    assertThat(read.get(0).report().own()).contains(longest);
    List<PeerAttempt> many = Collections.nCopies(PeerAttempt.MAX, attempt());
    assertThat(read(ViewBytes.of(KIND, NUMBER, many, NOW), NOW)).hasSize(PeerView.MAX_ATTEMPTS);
  }

  @Test
  void whatOnlyLaterVersionsKnowClaimsNothing() {
    byte[] bytes = vector();
    int stage = 5 + 1 + 4 + 6 + 8 + 8 + 1;
    bytes[stage] = 99;
    assertThat(read(bytes, NOW).get(0).report().stage()).isEqualTo(Stage.UNKNOWN);
    byte[] longer = Arrays.copyOf(vector(), vector().length + 40);
    assertThat(read(longer, NOW)).containsExactly(attempt());
  }

  @Test
  void aTimeWithoutBoundIsCutToAYear() {
    ByteBuffer bytes = ByteBuffer.wrap(vector());
    bytes.putLong(5 + 1 + 4 + 6, Long.MAX_VALUE).putLong(5 + 1 + 4 + 6 + 8, Long.MIN_VALUE);
    PeerAttempt read = read(bytes.array(), NOW).get(0);
    assertThat(read.report().startedAt()).isEqualTo(NOW.minusSeconds(365 * 86_400L));
    assertThat(read.endedAt()).isEqualTo(read.report().startedAt());
  }

  @Test
  void moreThanThereMayBeIsRefusedBeforeItIsRead() {
    List<byte[]> hostile = new ArrayList<>();
    byte[] attempts = vector();
    attempts[5] = 4;
    hostile.add(attempts);
    byte[] text = vector();
    text[6] = 0x7f;
    hostile.add(text);
    for (byte[] bytes : hostile) {
      assertThatThrownBy(() -> read(bytes, NOW)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theDocumentationShowsTheVector() throws Exception {
    String protocol = Files.readString(Path.of("../../docs/protocol.md"), StandardCharsets.UTF_8);
    assertThat(protocol.replaceAll("\\s+", " ")).contains(VECTOR);
  }
}
