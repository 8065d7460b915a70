// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.chroniclesync.api.support.SerialExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AddressWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final InetAddress CABLE = address("192.0.2.7");
  private static final InetAddress WIRELESS = address("2001:db8::7");

  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final SerialExecutor thread = new SerialExecutor("watch-test", failures::add);
  private final BlockingQueue<Set<InetAddress>> lost = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> gains = new LinkedBlockingQueue<>();
  private final CountDownLatch asked = new CountDownLatch(3);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean needed = true;
  private volatile @Nullable Set<InetAddress> there = Set.of(CABLE, WIRELESS);

  private static InetAddress address(String text) {
    return Objects.requireNonNull(IpLiteral.parse(text));
  }

  @AfterEach
  void end() {
    assertThat(thread.close(() -> {}, PATIENCE)).isTrue();
    assertThat(failures).isEmpty();
  }

  private AddressWatch watch() {
    Supplier<Optional<Set<InetAddress>>> addresses =
        () -> {
          asked.countDown();
          return Optional.ofNullable(there);
        };
    return new AddressWatch(
        thread, this::isNeeded, lost::add, () -> gains.add(true), addresses, Duration.ofMillis(1));
  }

  private boolean isNeeded() {
    if (!needed) {
      ended.countDown();
    }
    return needed;
  }

  private Set<InetAddress> next() throws InterruptedException {
    Set<InetAddress> next = lost.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return next == null ? Set.of() : next;
  }

  @Test
  void whatIsGoneIsToldOnce() throws Exception {
    AddressWatch watch = watch();
    thread.execute(watch::start);
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lost).isEmpty();
    there = Set.of(WIRELESS);
    assertThat(next()).containsExactly(CABLE);
    there = Set.of(CABLE);
    assertThat(next()).containsExactly(WIRELESS);
    assertThat(lost).isEmpty();
  }

  @Test
  void whatIsNewIsToldOnce() throws Exception {
    there = Set.of(WIRELESS);
    AddressWatch watch = watch();
    thread.execute(watch::start);
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(gains).isEmpty();
    there = Set.of(CABLE, WIRELESS);
    assertThat(gains.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    there = Set.of(WIRELESS);
    assertThat(next()).containsExactly(CABLE);
    assertThat(gains).isEmpty();
  }

  /** What cannot be asked is taken for unchanged. */
  @Test
  void aMomentWithoutAnAnswerLosesNothing() throws Exception {
    AddressWatch watch = watch();
    thread.execute(
        () -> {
          watch.start();
          there = null;
        });
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    there = Set.of(CABLE, WIRELESS);
    there = Set.of(CABLE);
    assertThat(next()).containsExactly(WIRELESS);
  }

  @Test
  void itEndsWhenNobodyNeedsItAndBeginsAgain() throws Exception {
    AddressWatch watch = watch();
    thread.execute(watch::start);
    needed = false;
    assertThat(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    there = Set.of(CABLE);
    needed = true;
    thread.execute(
        () -> {
          watch.start();
          there = Set.of();
        });
    assertThat(next()).containsExactly(CABLE);
  }
}
