// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Stage;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private static final Instant NOW = Instant.parse("2026-03-05T12:00:00Z");

  private final Attempts attempts = new Attempts(Clock.fixed(NOW, ZoneOffset.UTC));

  private static AttemptReport report(int second, Stage stage) {
    return new AttemptReport(
        NOW.plusSeconds(second), true, stage, List.of(), List.of(), List.of(), List.of());
  }

  @Test
  void anAttemptIsOneHoweverOftenItIsTold() {
    attempts.progress("webrtc", report(1, Stage.PREPARING));
    attempts.progress("webrtc", report(1, Stage.CHECKING));
    assertThat(attempts.newestFirst())
        .containsExactly(new PeerAttempt("webrtc", report(1, Stage.CHECKING), null, null));
    attempts.failed("webrtc", "no way");
    assertThat(attempts.newestFirst())
        .containsExactly(new PeerAttempt("webrtc", report(1, Stage.CHECKING), NOW, "no way"));
  }

  /** How the peer was reached in the end is known after the channel is there. */
  @Test
  void whatIsToldAfterTheEndIsTakenOver() {
    attempts.progress("webrtc", report(1, Stage.CHECKING));
    attempts.opened("webrtc");
    attempts.progress("webrtc", report(1, Stage.OPEN));
    assertThat(attempts.newestFirst())
        .containsExactly(new PeerAttempt("webrtc", report(1, Stage.OPEN), NOW, null));
  }

  @Test
  void anotherAttemptOfTheSameTransportEndsTheOneBefore() {
    attempts.progress("webrtc", report(1, Stage.AWAITING_ANSWER));
    attempts.progress("websocket", report(2, Stage.CHECKING));
    attempts.progress("webrtc", report(3, Stage.PREPARING));
    assertThat(attempts.newestFirst())
        .extracting(PeerAttempt::isUnderWay)
        .containsExactly(true, true, false);
    assertThat(attempts.newestFirst().get(2).failure()).contains("newer");
  }

  @Test
  void aTransportThatSaysNothingHasAttemptsToo() {
    attempts.failed("other", "no way");
    attempts.opened("other");
    assertThat(attempts.newestFirst())
        .extracting(PeerAttempt::failure)
        .containsExactly(null, "no way");
  }

  @Test
  void onlyTheLastAreRemembered() {
    for (int i = 0; i < 3 * PeerAttempt.MAX; i++) {
      attempts.progress("webrtc", report(i, Stage.CHECKING));
    }
    assertThat(attempts.newestFirst()).hasSize(PeerAttempt.MAX);
    assertThat(attempts.newestFirst().get(0).report())
        .isEqualTo(report(3 * PeerAttempt.MAX - 1, Stage.CHECKING));
  }
}
