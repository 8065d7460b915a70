// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.support.SerialExecutor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How a membership tells its listener: on a thread of its own, one event at a time, whatever the
 * listener throws, and nothing after {@link DiscoveryState.Left}. It keeps rules 2, 3, 8, 10 and 11
 * of {@link org.chroniclesync.api.discovery.Discovery} and {@link
 * org.chroniclesync.api.discovery.Membership}. Safe for any thread; nothing but {@link #close}
 * blocks. Its queue has no bound of its own: take nothing more from the network while the listener
 * is busy, which {@link #tell(List, Runnable)} says.
 */
@ProviderType
public final class EventDelivery {
  /** How long a listener may take to return while its membership is closed. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Consumer<DiscoveryEvent> listener;
  private final Consumer<? super Throwable> failures;
  private final SerialExecutor thread;

  /**
   * Makes a delivery. Its thread is started for the first event.
   *
   * @param threads makes the thread; asked once
   * @param listener told of the events
   * @param failures told of what the listener threw, for the log
   */
  public EventDelivery(
      ThreadFactory threads,
      Consumer<DiscoveryEvent> listener,
      Consumer<? super Throwable> failures) {
    this.listener = listener;
    this.failures = failures;
    this.thread = new SerialExecutor(threads, failures);
  }

  /**
   * Tells the listener of an event, after those before. Does nothing after {@link #leave}.
   *
   * @param event the event
   */
  public void tell(DiscoveryEvent event) {
    thread.execute(() -> accept(event));
  }

  /**
   * Tells the listener of events, after those before. Does nothing after {@link #leave}.
   *
   * @param events the events, in their order; not changed afterwards
   * @param told run on the thread when the listener has returned from the last, whatever it threw
   */
  public void tell(List<DiscoveryEvent> events, Runnable told) {
    thread.execute(
        () -> {
          events.forEach(this::accept);
          told.run();
        });
  }

  private void accept(DiscoveryEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException | Error e) {
      failures.accept(e);
    }
  }

  /**
   * Returns the thread of the listener, for what has to happen in the order of the events.
   *
   * @return the executor; {@link #leave} ends it
   */
  public SerialExecutor thread() {
    return thread;
  }

  /**
   * Refuses the listener's own thread. To be called before anything of a membership is closed.
   *
   * @throws IllegalStateException if the calling thread is the listener's
   */
  public void refuseListener() {
    if (thread.isCurrent()) {
      throw new IllegalStateException("a membership must not be closed by its own listener");
    }
  }

  /** Begins the end: the listener is told that the room was left, and nothing more. */
  public void leave() {
    thread.shutdown(() -> accept(new DiscoveryEvent.StateChanged(new DiscoveryState.Left())));
  }

  /**
   * Leaves, unless that was done before, and waits until no further event will come. A listener
   * that does not return within {@link #PATIENCE}, or before the caller is interrupted, is
   * interrupted itself. May be called more than once and by several threads at once; each returns
   * when it is over.
   *
   * @return true if the listener returned by itself
   * @throws IllegalStateException if called by the listener
   */
  public boolean close() {
    refuseListener();
    leave();
    return thread.close(() -> {}, PATIENCE);
  }
}
