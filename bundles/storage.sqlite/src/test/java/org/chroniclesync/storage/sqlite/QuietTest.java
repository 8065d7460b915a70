// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long the index keeps out of the way of what is merged. */
class QuietTest {
  private static final long BEGUN = 7;

  private static long at(long millis) {
    return BEGUN + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void restsAsLongAsTheStepsOfALargeDeletionAreApart() {
    Quiet quiet = Quiet.since(BEGUN).after(Quiet.MANY, at(0));
    assertThat(quiet.millis()).isEqualTo(Quiet.LEAST_MILLIS);

    quiet = quiet.after(Quiet.MANY, at(50));
    assertThat(quiet.millis()).isEqualTo(Quiet.LEAST_MILLIS);

    quiet = quiet.after(Quiet.MANY, at(2_050));
    assertThat(quiet.millis()).isEqualTo(6_000);

    quiet = quiet.after(Quiet.MANY, at(11_000));
    assertThat(quiet.millis()).isEqualTo(Quiet.MOST_MILLIS);
  }

  @Test
  void whatIsRecordedMeanwhileChangesNothing() {
    Quiet steps = Quiet.since(BEGUN).after(Quiet.MANY, at(0)).after(Quiet.MANY, at(2_000));

    assertThat(steps.after(1, at(2_500))).isEqualTo(steps);
  }

  @Test
  void afterTheStepsAVisitIsIndexedAsSoonAsBefore() {
    Quiet steps = Quiet.since(BEGUN).after(Quiet.MANY, at(0)).after(Quiet.MANY, at(2_000));

    assertThat(steps.after(1, at(20_000)).millis()).isEqualTo(Quiet.LEAST_MILLIS);
    assertThat(steps.after(Quiet.MANY, at(20_000)).millis()).isEqualTo(Quiet.LEAST_MILLIS);
  }
}
