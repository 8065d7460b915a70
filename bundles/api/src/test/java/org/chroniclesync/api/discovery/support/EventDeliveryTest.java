// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class EventDeliveryTest {
  private static final DiscoveryEvent LEFT =
      new DiscoveryEvent.StateChanged(new DiscoveryState.Left());
  private static final DiscoveryEvent SEEN = new DiscoveryEvent.PeerSeen(new PeerId("ann"));
  private static final DiscoveryEvent GONE = new DiscoveryEvent.PeerGone(new PeerId("ann"));

  private final List<DiscoveryEvent> told = Collections.synchronizedList(new ArrayList<>());
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

  private EventDelivery delivery(Consumer<DiscoveryEvent> listener) {
    return new EventDelivery(Thread::new, told(listener), failures::add);
  }

  private Consumer<DiscoveryEvent> told(Consumer<DiscoveryEvent> then) {
    return event -> {
      told.add(event);
      then.accept(event);
    };
  }

  @Test
  void rule03AListenerThatThrowsAnErrorIsToldOfTheRest() {
    Error error = new NoClassDefFoundError("as in a hot swap, says the test");
    EventDelivery delivery =
        delivery(
            event -> {
              throw error;
            });
    CompletableFuture<Boolean> next = new CompletableFuture<>();

    delivery.tell(List.of(SEEN, GONE), () -> next.complete(true));
    assertThat(next.join()).isTrue();
    assertThat(delivery.close()).isTrue();

    assertThat(told).containsExactly(SEEN, GONE, LEFT);
    assertThat(failures).containsExactly(error, error, error);
  }

  @RepeatedTest(50)
  void rule08TheLastEventIsThatTheRoomWasLeft() throws Exception {
    EventDelivery delivery = delivery(event -> {});
    Thread telling =
        new Thread(
            () -> {
              for (int i = 0; i < 200; i++) {
                delivery.tell(SEEN);
              }
            });
    telling.start();
    delivery.leave();
    assertThat(delivery.close()).isTrue();
    telling.join();
    List<DiscoveryEvent> then = List.copyOf(told);
    delivery.tell(SEEN);

    assertThat(delivery.close()).isTrue();
    assertThat(told).isEqualTo(then).endsWith(LEFT).containsOnlyOnce(LEFT);
  }

  @Test
  void rule10ItsListenerMustNotClose() {
    CompletableFuture<EventDelivery> itself = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    EventDelivery delivery =
        delivery(
            event -> {
              try {
                itself.join().close();
                closed.complete(null);
              } catch (IllegalStateException e) {
                closed.completeExceptionally(e);
              }
            });
    delivery.tell(SEEN);
    itself.complete(delivery);

    assertThatThrownBy(closed::join).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(delivery.close()).isTrue();
    assertThat(told).containsExactly(SEEN, LEFT);
  }

  @Test
  void rule11AListenerThatDoesNotReturnIsInterrupted() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    EventDelivery delivery =
        delivery(
            event -> {
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.complete(true);
              }
            });
    delivery.tell(SEEN);
    entered.await();

    assertThat(delivery.close()).isFalse();

    assertThat(interrupted.join()).isTrue();
    assertThat(told).containsExactly(SEEN);
  }
}
