// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules 1 to 12 of {@link Discovery} and {@link Membership}, which hold for every discovery. A
 * test is named after its rule.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class DiscoveryContract {
  private static final int CLOSERS = 4;
  private static final int MANY = 2_000;

  private final Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
  private final List<Provided> given = new ArrayList<>();

  /**
   * A discovery, and what becomes of it.
   *
   * @param discovery the discovery
   * @param owner closing it is what happens when the service leaves; closing it again does nothing
   */
  public record Provided(Discovery discovery, AutoCloseable owner) {}

  /**
   * Makes a discovery. All that one test makes meet in the same rooms, if they can meet at all.
   *
   * @return the discovery
   * @throws Exception if it cannot be made
   */
  protected abstract Provided provide() throws Exception;

  /**
   * Tells whether a thread that was not there before the test may be the discovery's. Override it
   * where the test runs more than the discovery, such as a server.
   *
   * @param thread a thread that is alive
   * @return true unless it is known whose it is
   */
  protected boolean isSuspect(Thread thread) {
    return true;
  }

  /** Closes what the test took. */
  @AfterEach
  final void closeAll() throws Exception {
    for (Provided provided : given) {
      bounded(provided.owner()::close);
    }
  }

  @Test
  void rule01JoinReturnsAtOnce() throws Exception {
    Gate gate = new Gate();
    Discovery discovery = take().discovery();
    AtomicReference<@Nullable Membership> joined = new AtomicReference<>();
    bounded(() -> joined.set(discovery.join(room(), self("a"), gate)));
    gate.open();
    assertThat(joined.get()).isNotNull();
  }

  @Test
  void rule02EventsComeOneAtATimeAndByNoThreadThatCallsIn() throws Exception {
    AtomicBoolean inside = new AtomicBoolean();
    AtomicReference<@Nullable String> wrong = new AtomicReference<>();
    Thread caller = Thread.currentThread();
    Listener heard = new Listener();
    Consumer<DiscoveryEvent> listener =
        event -> {
          if (!inside.compareAndSet(false, true)) {
            wrong.set("two events at once");
          }
          if (Thread.currentThread() == caller) {
            wrong.set("told by the thread that joined");
          }
          heard.accept(event);
          inside.set(false);
        };
    Membership membership = take().discovery().join(room(), self("a"), listener);
    heard.awaitAny();
    for (int i = 0; i < 100; i++) {
      membership.signal(peer("stranger"), new Signal.Answer("sdp " + i));
    }
    membership.close();
    assertThat(wrong).hasValue(null);
  }

  @Test
  void rule03AListenerThatThrowsIsToldOfTheRest() throws Exception {
    Listener heard = new Listener();
    Consumer<DiscoveryEvent> listener =
        event -> {
          heard.accept(event);
          throw new IllegalStateException("a listener that throws, as the test wants");
        };
    Membership membership = take().discovery().join(room(), self("a"), listener);
    heard.awaitAny();
    membership.close();
    assertThat(heard.last()).isEqualTo(left());
  }

  @Test
  void rule04MembershipsAreApart() throws Exception {
    Discovery discovery = take().discovery();
    Gate blocked = new Gate();
    Membership busy = discovery.join(room(), self("a"), blocked);
    blocked.awaitEntered();
    Listener closedOne = new Listener();
    bounded(() -> discovery.join(room(), self("b"), closedOne).close());
    Listener other = new Listener();
    Membership free = discovery.join(room(), self("c"), other);
    other.awaitAny();
    assertThat(other.events()).doesNotContain(left());
    free.close();
    assertThat(other.last()).isEqualTo(left());
    blocked.open();
    busy.close();
  }

  @Test
  void rule05WhenTheServiceLeavesItsMembershipsEnd() throws Exception {
    Provided provided = take();
    Listener one = new Listener();
    Listener two = new Listener();
    Membership membership = provided.discovery().join(room(), self("a"), one);
    provided.discovery().join(room(), self("b"), two);
    one.awaitAny();
    provided.owner().close();
    assertThat(one.last()).isEqualTo(left());
    assertThat(two.last()).isEqualTo(left());
    assertThatCode(membership::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> provided.discovery().join(room(), self("c"), new Listener()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rule06LeavesNoThread() throws Exception {
    Provided provided = take();
    for (int i = 0; i < 5; i++) {
      Listener heard = new Listener();
      Membership membership = provided.discovery().join(room(), self("a"), heard);
      heard.awaitAny();
      membership.close();
    }
    closeAll();
    await().atMost(patience()).untilAsserted(() -> assertThat(ownThreads()).isEmpty());
  }

  @Test
  void rule07SignallingNeverBlocks() throws Exception {
    Gate gate = new Gate();
    Membership membership = take().discovery().join(room(), self("a"), gate);
    gate.awaitEntered();
    bounded(
        () -> {
          for (int i = 0; i < MANY; i++) {
            membership.signal(peer("stranger"), new Signal.Offer("x".repeat(4_096), true));
          }
        });
    assertThat(gate.events()).hasSize(1);
    gate.open();
  }

  @Test
  void rule08NoEventComesAfterCloseAndTheLastIsLeft() throws Exception {
    Discovery discovery = take().discovery();
    for (int i = 0; i < 20; i++) {
      Listener heard = new Listener();
      Membership membership = discovery.join(room(), self("a"), heard);
      membership.close();
      List<DiscoveryEvent> then = heard.events();
      assertThat(heard.last()).isEqualTo(left());
      assertThat(then).containsOnlyOnce(left());
      membership.signal(peer("stranger"), new Signal.Answer("late"));
      membership.close();
      assertThat(heard.events()).isEqualTo(then);
    }
  }

  @Test
  void rule09ClosesFromSeveralThreadsWhileBusy() throws Exception {
    Discovery discovery = take().discovery();
    for (int i = 0; i < 10; i++) {
      Listener heard = new Listener();
      Membership membership = discovery.join(room(), self("a"), heard);
      heard.awaitAny();
      Crew crew = new Crew();
      CountDownLatch go = new CountDownLatch(1);
      for (int closer = 0; closer < CLOSERS; closer++) {
        crew.start(
            () -> {
              go.await();
              membership.close();
              assertThat(heard.last()).isEqualTo(left());
            });
        crew.start(
            () -> {
              go.await();
              for (int signal = 0; signal < 100; signal++) {
                membership.signal(peer("stranger"), new Signal.Answer("busy"));
              }
            });
      }
      go.countDown();
      crew.end(patience());
      assertThat(heard.events()).containsOnlyOnce(left());
    }
  }

  @Test
  void rule10ItsOwnListenerMustNotClose() throws Exception {
    AtomicReference<@Nullable Membership> membership = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();
    CountDownLatch joined = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    Consumer<DiscoveryEvent> listener =
        event -> {
          try {
            joined.await();
            Membership own = membership.get();
            if (own != null && tried.getCount() > 0) {
              own.close();
            }
          } catch (IllegalStateException e) {
            refusal.set(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            tried.countDown();
          }
        };
    membership.set(take().discovery().join(room(), self("a"), listener));
    joined.countDown();
    assertThat(tried.await(patience().toSeconds(), TimeUnit.SECONDS))
        .as("the listener got its own close over")
        .isTrue();
    assertThat(refusal.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rule11AListenerThatDoesNotReturnIsInterrupted() throws Exception {
    Gate stuck = new Gate();
    Membership membership = take().discovery().join(room(), self("a"), stuck);
    stuck.awaitEntered();
    bounded(membership::close);
    await().atMost(patience()).until(stuck::wasInterrupted);
  }

  @Test
  void rule12SignalsToStrangersAndAfterCloseDoNothing() throws Exception {
    Listener heard = new Listener();
    Membership membership = take().discovery().join(room(), self("a"), heard);
    heard.awaitAny();
    membership.signal(peer("stranger"), new Signal.Candidate(null, 0, ""));
    membership.signal(new PeerId("\"\\ü\uD83D\uDE00"), new Signal.Offer("", false));
    membership.close();
    assertThatCode(() -> membership.signal(peer("stranger"), new Signal.Answer("late")))
        .doesNotThrowAnyException();
    assertThat(heard.events())
        .noneMatch(DiscoveryEvent.Signalled.class::isInstance)
        .noneMatch(DiscoveryEvent.PeerSeen.class::isInstance);
  }

  /** Takes a discovery that is closed after the test. */
  final Provided take() throws Exception {
    Provided provided = provide();
    given.add(provided);
    return provided;
  }

  /** How long a test waits for what should come at once. */
  static Duration patience() {
    return Duration.ofSeconds(Integer.getInteger("chroniclesync.kit.patienceSeconds", 30));
  }

  static void bounded(Crew.Work work) throws InterruptedException {
    Crew crew = new Crew();
    crew.start(work);
    crew.end(patience());
  }

  static RoomId room() {
    return new RoomId("kit-" + UUID.randomUUID());
  }

  private static Credentials self(String name) {
    return Credentials.withoutKey(peer(name));
  }

  static PeerId peer(String name) {
    return new PeerId(name);
  }

  static DiscoveryEvent left() {
    return new DiscoveryEvent.StateChanged(new DiscoveryState.Left());
  }

  private List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .filter(thread -> thread != Thread.currentThread() && !isOfTheKit(thread))
        .filter(this::isSuspect)
        .map(Thread::getName)
        .toList();
  }

  // The common pool and the collector of soft things belong to the JVM; the awaiting to the kit.
  private static boolean isOfTheKit(Thread thread) {
    String name = thread.getName();
    return name.startsWith("awaitility")
        || name.startsWith("junit-")
        || name.startsWith("ForkJoinPool.commonPool")
        || name.startsWith("process reaper")
        || name.startsWith("Common-Cleaner");
  }
}
