// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.junit.jupiter.api.Test;

/** What the node says of its parts and peers is what the checks say. */
class ChecksTest {
  private static final Instant NOW = Instant.EPOCH;

  @Test
  void eachStateOfAPartHasItsResult() {
    assertThat(parts(new Part("x", "a", new Part.Well()))).containsExactly("OK x a: works.");
    assertThat(parts(new Part("x", "", new Part.Starting())))
        .containsExactly("TEMPORARILY_UNAVAILABLE x: starting. Ask again in a few seconds.");
    assertThat(parts(new Part("x", "a", new Part.Degraded("Slow.", "Wait."))))
        .containsExactly("WARN x a: Slow. Wait.");
    assertThat(parts(new Part("x", "a", new Part.Failed("Broken.", "Mend it."))))
        .containsExactly("CRITICAL x a: Broken. Mend it.");
    assertThat(
            parts(new Part("x", "a", new Part.Paused("Nothing until 10:30.", "resume ends it."))))
        .containsExactly("OK x a: paused. Nothing until 10:30. resume ends it.");
    assertThat(parts(new Part("x", "", new Part.Missing("None.", "Start one."))))
        .containsExactly("CRITICAL x: None. Start one.");
  }

  @Test
  void theWorstPartCountsAndOthersPartsDoNot() {
    Part well = new Part("x", "a", new Part.Well());
    Part slow = new Part("x", "b", new Part.Degraded("Slow.", "Wait."));
    Part other = new Part("y", "", new Part.Failed("Broken.", "Mend it."));

    assertThat(check(well, slow, other).getStatus()).isEqualTo(Status.WARN);
    assertThat(parts(other)).containsExactly("OK There is none, and the node does not need one.");
  }

  @Test
  void whatATerminalWouldObeyIsShown() {
    assertThat(parts(new Part("x", "", new Part.Failed("A\u001b[2J server said.", "Look."))))
        .containsExactly("CRITICAL x: A\\u{1b}[2J server said. Look.");
  }

  @Test
  void eachStateOfAPeerHasItsResult() {
    assertThat(peers()).containsExactly("OK No other device has been seen yet.");
    assertThat(peers(new PeerState.Connecting())).containsExactly("OK p: connecting.");
    assertThat(peers(new PeerState.Syncing(3, 10))).containsExactly("OK p: syncing, 3 of 10.");
    assertThat(peers(new PeerState.InSync(NOW)))
        .containsExactly("OK p: in sync since 1970-01-01T00:00:00Z.");
    assertThat(peers(new PeerState.Gone(NOW)))
        .containsExactly("OK p: gone since 1970-01-01T00:00:00Z.");
    assertThat(peers(new PeerState.HeldUp("No storage runs.")))
        .containsExactly("WARN p: held up. No storage runs. What waits is sent when that works.");
    assertThat(peers(new PeerState.Refused("It has other words.")))
        .containsExactly("WARN p: refused. It has other words.");
    assertThat(peers(new PeerState.Unreachable("No way.", NOW)))
        .containsExactly(
            "WARN p: unreachable. No way. The next attempt is at 1970-01-01T00:00:00Z; the command"
                + " sync tries at once.");
  }

  @Test
  void withoutANodeEachCheckIsCriticalAndSaysWhatToStart() {
    String missing =
        "CRITICAL The node is not running. Start the bundle org.chroniclesync.core. If it runs, see"
            + " the check of the components.";

    assertThat(lines(new PartsCheck(() -> null, part -> true).execute())).containsExactly(missing);
    assertThat(lines(new PeersCheck(() -> null).execute())).containsExactly(missing);
  }

  private static List<String> parts(Part... parts) {
    return lines(check(parts));
  }

  private static Result check(Part... parts) {
    SayingNode node = new SayingNode(List.of(parts), List.of());
    return new PartsCheck(() -> node, part -> part.kind().equals("x")).execute();
  }

  private static List<String> peers(PeerState... states) {
    List<PeerStatus> peers =
        List.of(states).stream()
            .map(
                state ->
                    new PeerStatus(
                        new PeerId("p"),
                        null,
                        null,
                        null,
                        true,
                        state,
                        new PeerStatus.Traffic(0, 0, 0, 0, 0, 0),
                        null))
            .toList();
    SayingNode node = new SayingNode(List.of(), peers);
    return lines(new PeersCheck(() -> node).execute());
  }

  static List<String> lines(Result result) {
    List<String> lines = new ArrayList<>();
    for (ResultLog.Entry entry : result) {
      lines.add(entry.getStatus() + " " + entry.getMessage());
    }
    return lines;
  }
}
