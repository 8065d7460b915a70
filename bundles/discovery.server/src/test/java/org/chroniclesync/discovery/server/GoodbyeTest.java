// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the clients are told when the service stops, because another takes its place. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class GoodbyeTest {
  private static final Pattern RETRY_AFTER = Pattern.compile("Retry-After: (\\d+)$");
  private static final int ROOMS = 24;

  @Test
  void roomsComeBackApartAndThoseOfARoomTogether() throws Exception {
    List<TestClient> anns = new ArrayList<>();
    List<TestClient> bobs = new ArrayList<>();
    try (TestServer server = new TestServer(Map.of("returnSeconds", 3_600))) {
      for (int i = 0; i < ROOMS; i++) {
        anns.add(TestClient.joined(server, "room" + i, "ann"));
        bobs.add(TestClient.joined(server, "room" + i, "bob"));
      }
    }
    List<Integer> times = new ArrayList<>();
    for (int i = 0; i < ROOMS; i++) {
      int ann = seconds(anns.get(i).awaitClosed());
      assertThat(seconds(bobs.get(i).awaitClosed())).isEqualTo(ann);
      times.add(ann);
    }
    assertThat(times).allMatch(seconds -> seconds <= 3_600);
    // That 24 rooms draw the same one of 3,601 times does not happen.
    assertThat(times.stream().distinct().count()).isGreaterThan(1);
    anns.forEach(TestClient::close);
    bobs.forEach(TestClient::close);
  }

  @Test
  void nobodyHearsThatTheOthersLeave() throws Exception {
    TestServer server = new TestServer(Map.of());
    try (TestClient ann = TestClient.joined(server, "room", "ann");
        TestClient bob = TestClient.joined(server, "room", "bob")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
      server.close();
      assertThat(ann.awaitClosed().code()).isEqualTo(1001);
      assertThat(bob.awaitClosed().code()).isEqualTo(1001);
      assertThat(ann.rest()).isEmpty();
      assertThat(bob.rest()).isEmpty();
    } finally {
      server.close();
    }
  }

  @Test
  void aReasonFitsIntoACloseFrame() {
    List<CloseCode> longest =
        List.of(
            CloseCode.stopping(3_600),
            CloseCode.full(Refusal.ROOMS_FULL, 86_400),
            CloseCode.full(Refusal.SERVICE_FULL, 86_400),
            CloseCode.full(Refusal.roomFull(256), 86_400),
            CloseCode.full(Refusal.addressFull(1_000_000), 86_400));
    assertThat(longest)
        .allSatisfy(
            code -> {
              assertThat(code.reason().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(123);
              assertThat(code.reason()).containsPattern(RETRY_AFTER);
            });
  }

  private static int seconds(TestClient.Closed closed) {
    assertThat(closed.code()).isEqualTo(1001);
    Matcher asked = RETRY_AFTER.matcher(closed.reason());
    assertThat(asked.find()).as(closed.reason()).isTrue();
    return Integer.parseInt(asked.group(1));
  }
}
