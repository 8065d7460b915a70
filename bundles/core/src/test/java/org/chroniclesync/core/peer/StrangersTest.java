// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers can make a node do at once. */
@Timeout(600)
class StrangersTest {
  private final EventLoop loop = new EventLoop("strangers-test", new FailureLog(Clock.systemUTC()));
  private final Strangers strangers = new Strangers(loop);

  /** Those whose turn it is, in that order. On the loop's thread. */
  private final List<PeerId> begun = new ArrayList<>();

  private final List<Strangers.Attempt> attempts = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    loop.close(Duration.ofSeconds(10));
  }

  @Test
  void fourAreDealtWithAtOnceHoweverManyThereAre() throws Exception {
    onLoop(() -> ask("service", "ghost-", 64));

    onLoop(() -> assertThat(begun).hasSize(Strangers.MOST).doesNotHaveDuplicates());
  }

  @Test
  void nodesAndOtherDiscoveriesDoNotWaitBehindGhosts() throws Exception {
    onLoop(() -> ask("service", "ghost-", 64));
    onLoop(() -> ask("service", "node.", 1));
    onLoop(() -> ask("other", "phone-", 1));

    onLoop(() -> assertThat(begun).contains(new PeerId("node.0"), new PeerId("phone-0")));
  }

  @Test
  void whoProvesItselfMakesRoomAtOnceAndNeedsNoTurnAgain() throws Exception {
    onLoop(() -> ask("service", "phone-", 10));
    for (int i = 0; i < 10; i++) {
      onLoop(
          () -> {
            strangers.proved(underWay().peer());
            underWay().close();
          });
    }

    onLoop(() -> assertThat(begun).hasSize(10).allMatch(strangers::isKnown));
  }

  @Test
  void attemptsThatComeToNothingMakeTheNextOnesRarerWhateverTheyAreCalled() throws Exception {
    onLoop(() -> ask("service", "ghost-", 64));
    onLoop(
        () -> {
          while (underWayCount() > 0) {
            underWay().close();
          }
        });

    // The places are free, and most of the ghosts wait all the same.
    onLoop(() -> assertThat(begun).hasSizeLessThan(3 * Strangers.MOST));
    int before = begun.size();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> onLoop(() -> assertThat(begun).hasSizeGreaterThan(before)));
  }

  @Test
  void whoeverLeavesWhileItWaitsIsForgotten() throws Exception {
    onLoop(() -> ask("service", "ghost-", 64));
    onLoop(
        () ->
            attempts.stream()
                .filter(attempt -> !attempt.isUnderWay())
                .forEach(Strangers.Attempt::close));
    onLoop(() -> strangers.proved(underWay().peer()));
    onLoop(() -> List.copyOf(attempts).forEach(Strangers.Attempt::close));

    onLoop(() -> assertThat(begun).hasSize(Strangers.MOST));
  }

  private void ask(String discovery, String name, int count) {
    for (int i = 0; i < count; i++) {
      PeerId peer = new PeerId(name + i);
      attempts.add(
          strangers.attempt(
              peer,
              discovery,
              new Strangers.Effort() {
                @Override
                public void begin() {
                  begun.add(peer);
                }

                @Override
                public void giveUp() {
                  throw new AssertionError("nothing takes so long here");
                }
              }));
    }
  }

  private Strangers.Attempt underWay() {
    return attempts.stream().filter(Strangers.Attempt::isUnderWay).findFirst().orElseThrow();
  }

  private long underWayCount() {
    return attempts.stream().filter(Strangers.Attempt::isUnderWay).count();
  }

  /** Runs it on the loop, after all that was posted before. */
  private void onLoop(Runnable check) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    List<Throwable> thrown = new ArrayList<>();
    loop.post(
        () -> {
          try {
            check.run();
          } catch (RuntimeException | Error e) {
            thrown.add(e);
          }
          done.countDown();
        });
    done.await();
    if (!thrown.isEmpty()) {
      throw new AssertionError(thrown.get(0));
    }
  }
}
