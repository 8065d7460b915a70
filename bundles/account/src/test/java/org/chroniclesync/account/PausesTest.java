// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.sync.Part;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final long START = 1_800_000_000_000L;

  private final StoredHistory history = new StoredHistory();
  private final SetClock clock = new SetClock();
  private final PauseKeeper pause = new PauseKeeper(history, clock);

  private static final class SetClock extends Clock {
    private long millis = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }

  @Test
  void aPauseEndsByItselfAndForgetsNothing() throws Exception {
    assertThat(pause.begin(Duration.ofMinutes(30), false))
        .isEqualTo(Instant.ofEpochMilli(START + 1_800_000));
    assertThat(pause.state().until()).isEqualTo(Instant.ofEpochMilli(START + 1_800_000));
    assertThat(pause.state().forgot(START + 5)).isFalse();
    assertThat(pause.parts())
        .singleElement()
        .satisfies(part -> assertThat(part.state()).isInstanceOf(Part.Paused.class));
    clock.millis += 1_800_000;
    assertThat(pause.state().until()).isNull();
    assertThat(pause.parts()).isEmpty();
    assertThat(pause.end()).isFalse();
  }

  @Test
  void theNodeHearsOfAPauseAtOnceAndOfItsEnd() throws Exception {
    List<Integer> told = new ArrayList<>();
    pause.watch(() -> told.add(pause.parts().size()));
    pause.begin(Duration.ofMinutes(30), false);
    pause.end();
    assertThat(told).containsExactly(1, 0);
  }

  @Test
  void whatIsForgottenStaysForgottenAlsoAfterARestart() throws Exception {
    pause.begin(Duration.ofMinutes(30), true);
    clock.millis += 60_000;
    assertThat(pause.end()).isTrue();
    Pause restarted = new PauseKeeper(history, clock);
    assertThat(restarted.state().until()).isNull();
    assertThat(restarted.state().forgot(START)).isTrue();
    assertThat(restarted.state().forgot(START + 59_999)).isTrue();
    assertThat(restarted.state().forgot(START + 60_000)).isFalse();
    assertThat(restarted.state().forgot(START - 1)).isFalse();
  }

  @Test
  void aPauseThatReplacesAnotherLeavesItsPastForgotten() throws Exception {
    pause.begin(Duration.ofMinutes(30), true);
    clock.millis += 60_000;
    pause.begin(Duration.ofMinutes(5), false);
    assertThat(pause.state().forgets()).isFalse();
    assertThat(pause.state().forgot(START + 1)).isTrue();
    assertThat(pause.state().forgot(START + 60_001)).isFalse();
    assertThat(pause.state().until()).isEqualTo(Instant.ofEpochMilli(START + 360_000));
  }

  @Test
  void asManyAsThereIsRoomForAreKept() throws Exception {
    for (int i = 0; i < Pauses.MAX_FORGOTTEN; i++) {
      pause.begin(Duration.ofSeconds(1), true);
      clock.millis += 2_000;
    }
    assertThatThrownBy(() -> pause.begin(Duration.ofSeconds(1), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Leave out --forget");
    Pause.State state = new PauseKeeper(history, clock).state();
    for (int i = 0; i < Pauses.MAX_FORGOTTEN; i++) {
      assertThat(state.forgot((double) START + i * 2_000 + 500)).isTrue();
      assertThat(state.forgot((double) START + i * 2_000 + 1_500)).isFalse();
    }
  }

  @Test
  void aPauseHasBounds() {
    for (Duration wrong :
        new Duration[] {Duration.ZERO, Duration.ofDays(32), Duration.ofDays(-1)}) {
      assertThatThrownBy(() -> pause.begin(wrong, false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
