// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;

/** A listener that remembers. */
final class Events implements Consumer<DiscoveryEvent> {
  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<DiscoveryEvent> queue = new LinkedBlockingQueue<>();

  @Override
  public void accept(DiscoveryEvent event) {
    queue.add(event);
  }

  /** The next event of the kind; earlier ones of other kinds are dropped. */
  <T> T next(Class<T> kind, Predicate<T> wanted) throws InterruptedException {
    List<DiscoveryEvent> passed = new ArrayList<>();
    while (true) {
      DiscoveryEvent event = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no " + kind.getSimpleName() + " but " + passed);
      }
      if (kind.isInstance(event) && wanted.test(kind.cast(event))) {
        return kind.cast(event);
      }
      passed.add(event);
    }
  }

  /** All events up to this one. */
  List<DiscoveryEvent> until(DiscoveryEvent last) throws InterruptedException {
    List<DiscoveryEvent> passed = new ArrayList<>();
    while (!passed.contains(last)) {
      passed.add(next());
    }
    return passed;
  }

  DiscoveryEvent next() throws InterruptedException {
    return next(DiscoveryEvent.class, event -> true);
  }

  <S extends DiscoveryState> S state(Class<S> kind) throws InterruptedException {
    return kind.cast(next(StateChanged.class, event -> kind.isInstance(event.state())).state());
  }

  List<DiscoveryEvent> rest() {
    List<DiscoveryEvent> rest = new ArrayList<>();
    queue.drainTo(rest);
    return rest;
  }
}
