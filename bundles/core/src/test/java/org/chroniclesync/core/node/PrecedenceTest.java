// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
  private static final long IN = 10;
  private static final long OUT = 60;
  private static final long LOOK = 900;

  private long seconds = 1_000;
  private final Map<String, Integer> priorities = new LinkedHashMap<>();
  private final Set<String> reachable = new HashSet<>();
  private final Set<String> searched = new HashSet<>();
  private final Precedence<String> precedence =
      new Precedence<>(
          Duration.ofSeconds(IN),
          Duration.ofSeconds(OUT),
          Duration.ofSeconds(LOOK),
          () -> Duration.ofSeconds(seconds).toNanos());

  private Set<String> usedAfter(long passing) {
    for (long second = 0; second < passing; second++) {
      seconds++;
      decide();
    }
    return decide();
  }

  private Set<String> decide() {
    precedence.decide(priorities, reachable::contains, searched::contains);
    return priorities.keySet().stream().filter(precedence::isUsed).collect(Collectors.toSet());
  }

  private void firstAndSecond() {
    priorities.put("first", 0);
    priorities.put("second", 1);
    reachable.add("first");
    decide();
  }

  @Test
  void allOfTheSmallestNumberAreUsedAtOnce() {
    priorities.putAll(Map.of("one", 5, "other", 5, "last", 6));

    assertThat(decide()).containsExactlyInAnyOrder("one", "other");
    assertThat(precedence.isUsed("a stranger")).isFalse();
  }

  @Test
  void oneStandsInWhenNoneBeforeItHasBeenReachedForAWhile() {
    firstAndSecond();
    priorities.put("other first", 0);
    assertThat(usedAfter(IN)).doesNotContain("second");

    reachable.clear();
    assertThat(usedAfter(IN)).doesNotContain("second");
    assertThat(usedAfter(1)).contains("second");

    // Again one of them is there, and stays.
    reachable.add("other first");
    assertThat(usedAfter(OUT - 1)).contains("second");
    assertThat(usedAfter(2)).containsExactlyInAnyOrder("first", "other first");
  }

  @Test
  void aLineThatComesAndGoesChangesNothing() {
    firstAndSecond();
    for (int i = 0; i < 20; i++) {
      reachable.clear();
      assertThat(usedAfter(IN - 1)).containsExactly("first");
      reachable.add("first");
      assertThat(usedAfter(1)).containsExactly("first");
    }
    reachable.clear();
    usedAfter(IN + 1);
    for (int i = 0; i < 20; i++) {
      reachable.add("first");
      assertThat(usedAfter(OUT - 1)).contains("second");
      reachable.clear();
      assertThat(usedAfter(1)).contains("second");
    }
  }

  @Test
  void ofThoseThatStandByTheBestReachableOneIsUsed() {
    firstAndSecond();
    priorities.put("third", 2);
    reachable.remove("first");
    reachable.add("second");

    assertThat(usedAfter(IN + 1)).contains("first", "second").doesNotContain("third");
  }

  @Test
  void whileSomebodyIsSearchedItIsUsed() {
    firstAndSecond();
    searched.add("second");
    assertThat(usedAfter(IN + 1)).contains("second");
    assertThat(usedAfter(LOOK)).contains("second");

    searched.clear();
    assertThat(usedAfter(OUT + 1)).containsExactly("first");
  }

  @Test
  void fromTimeToTimeItLooksWhoIsThere() {
    firstAndSecond();
    assertThat(usedAfter(LOOK - 2)).containsExactly("first");
    assertThat(usedAfter(2)).contains("second");
    assertThat(usedAfter(OUT + 2)).containsExactly("first");
    assertThat(usedAfter(LOOK - 4)).containsExactly("first");
    assertThat(usedAfter(4)).contains("second");
  }

  @Test
  void theNextOneIsUsedAtOnceWhenTheFirstIsNoMore() {
    firstAndSecond();
    priorities.remove("first");

    assertThat(decide()).containsExactly("second");
    assertThat(precedence.isUsed("first")).isFalse();
  }
}
