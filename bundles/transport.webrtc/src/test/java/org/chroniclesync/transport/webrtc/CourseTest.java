// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.ServerProblem;
import org.junit.jupiter.api.Test;

/** Which servers did not answer, where libwebrtc still waits for them at the end. */
class CourseTest {
  private static final String HOME = "udp 2122260223 192.168.1.7 40000 typ host";
  private static final String HOME_V6 = "udp 2122262783 2001:db8::7 40002 typ host";
  private static final String OPEN = "udp 2122260223 198.51.100.7 40000 typ host";
  private static final String MAPPED =
      "udp 1686052607 198.51.100.9 40001 typ srflx raddr 192.168.1.7 rport 40000";
  private static final String RELAYED =
      "udp 41885439 198.51.100.20 50000 typ relay raddr 198.51.100.9 rport 40001";
  private static final IceServer STUN = new IceServer("stun:stun.example.org", null, false);
  private static final IceServer TURN =
      new IceServer(
          "turn:turn.example.org", new IceServer.Login.LongTerm("ann", "something"), false);

  private static List<String> unanswered(Duration since, String... own) {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    Course course = new Course(Instant.EPOCH, nanos::get);
    for (String one : own) {
      course.own(requireNonNull(IceCandidate.parse("candidate:1 1 " + one)));
    }
    nanos.addAndGet(since.toNanos());
    course.unanswered(List.of(STUN, TURN));
    List<ServerProblem> problems =
        course.report(true, AttemptReport.Stage.CHECKING, true).problems();
    assertThat(problems).allMatch(one -> one.code() == ServerProblem.NO_ANSWER);
    return problems.stream().map(ServerProblem::server).toList();
  }

  private static List<String> unanswered(String... own) {
    return unanswered(Duration.ofSeconds(12), own);
  }

  @Test
  void aServerThatGaveNoAddressHasNotAnswered() {
    assertThat(unanswered(HOME)).containsExactly(STUN.url(), TURN.url());
    assertThat(unanswered(HOME, HOME_V6)).containsExactly(STUN.url(), TURN.url());
    assertThat(unanswered(HOME, MAPPED)).containsExactly(TURN.url());
    assertThat(unanswered(HOME, RELAYED)).containsExactly(STUN.url());
    assertThat(unanswered(HOME, MAPPED, RELAYED)).isEmpty();
  }

  /** The address that a STUN server would tell is then none besides. */
  @Test
  void aDeviceWithAnAddressThatAllReachSaysNothingOfStun() {
    assertThat(unanswered(OPEN)).containsExactly(TURN.url());
    assertThat(unanswered(OPEN, HOME)).containsExactly(TURN.url());
  }

  @Test
  void aServerHasSomeTimeToAnswer() {
    assertThat(unanswered(Duration.ZERO, HOME)).isEmpty();
  }
}
