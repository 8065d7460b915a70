// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.status.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the status says of deletions. */
class DeletionTextTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final KnownDevice TABLET =
      new KnownDevice(new PeerId("tablet"), true, "tablet", NOW, NOW);

  @ParameterizedTest
  @EnumSource(names = {"UNDONE", "UNDOING"})
  void whatIsTakenBackDoesNotCount(State state) throws Exception {
    assertThat(waiting(List.of(deletion(2, 5, state, List.of())))).isEmpty();
    assertThat(
            waiting(
                List.of(
                    deletion(2, 5, state, List.of(TABLET)),
                    deletion(1, 3, State.FINAL, List.of()))))
        .isEqualTo("1 deletion, on all devices");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNDOABLE", "FINAL", "FAILED"})
  void whatTookNothingDoesNotCount(State state) throws Exception {
    assertThat(waiting(List.of(deletion(1, 0, state, List.of(TABLET))))).isEmpty();
    assertThat(waiting(List.of(deletion(1, 1, state, List.of()))))
        .isEqualTo("1 deletion, on all devices");
  }

  @Test
  void whatADeviceLacksIsOnItsWay() throws Exception {
    assertThat(
            waiting(
                List.of(
                    deletion(3, 4, State.UNDONE, List.of(TABLET)),
                    deletion(2, 4, State.UNDOABLE, List.of(TABLET)),
                    deletion(1, 3, State.FINAL, List.of()))))
        .startsWith(
            "1 of 2 deletions under way to other devices; 2: 1 of 2 devices; tablet not yet");
  }

  private static String waiting(List<Deletion> all) throws InterruptedException {
    NodeStatus status =
        new NodeStatus(NOW, null, null, List.of(), List.of(), List.of(), List.of(), List.of());
    return DeletionText.waiting(all, Labels.of(null, status));
  }

  private static Deletion deletion(
      long number, long visits, State state, List<KnownDevice> lacking) {
    return new Deletion(number, NOW, visits, state, null, null, List.of(), lacking);
  }
}
