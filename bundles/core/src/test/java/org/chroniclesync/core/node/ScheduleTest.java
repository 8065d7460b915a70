// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes, goes, throws and hangs, in whichever order: {@link Schedule}. {@code
 * -Dsoak.schedules=10000} for the long run, {@code -Dschedule.seed=N} for one that failed, as often
 * as {@code -Dschedule.times=N} says, to be kept in {@code schedules.txt}.
 */
class ScheduleTest {
  private static final int SCHEDULES = Integer.getInteger("soak.schedules", 200);

  /** They wait more than they work. */
  private static final int AT_A_TIME = Integer.getInteger("schedule.threads", 6);

  /** One failure is to be read; of many there is one cause, as a rule. */
  private static final int MAX_FAILURES = Integer.getInteger("schedule.failures", 5);

  private final ConcurrentLinkedQueue<AssertionError> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger passed = new AtomicInteger();

  @Test
  void nothingIsLostAndNothingIsLeftWhateverComesAndGoes() throws Exception {
    List<Long> seeds = seeds();
    ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      for (long seed : seeds) {
        executor.execute(() -> run(seed));
      }
    } finally {
      executor.shutdown();
      assertThat(executor.awaitTermination(1, TimeUnit.DAYS)).isTrue();
    }
    System.out.println(passed + " schedules, nothing lost, nothing left");
    assertThat(failures).isEmpty();
    assertThat(passed.get()).isEqualTo(seeds.size());
  }

  private void run(long seed) {
    if (failures.size() >= MAX_FAILURES) {
      return;
    }
    try {
      Schedule.run(seed);
      passed.incrementAndGet();
    } catch (AssertionError e) {
      failures.add(e);
    } catch (InterruptedException e) {
      failures.add(new AssertionError("seed " + seed + " was interrupted", e));
    }
  }

  private static List<Long> seeds() throws IOException {
    Long one = Long.getLong("schedule.seed");
    if (one != null) {
      return Collections.nCopies(Integer.getInteger("schedule.times", 1), one);
    }
    List<Long> seeds = new ArrayList<>(kept());
    long first = ThreadLocalRandom.current().nextLong(1L << 40);
    LongStream.range(first, first + SCHEDULES).forEach(seeds::add);
    return seeds;
  }

  /** All seeds that ever failed. */
  private static List<Long> kept() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(ScheduleTest.class.getResourceAsStream("schedules.txt"));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Long.parseLong(line.split(" ", 2)[0]))
          .toList();
    }
  }
}
