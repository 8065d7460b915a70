// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;

/** A listener that does not return until it is let, or interrupted. */
final class Gate implements Consumer<DiscoveryEvent> {
  private final Listener heard = new Listener();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);
  private volatile boolean interrupted;

  @Override
  public void accept(DiscoveryEvent event) {
    heard.accept(event);
    entered.countDown();
    try {
      open.await();
    } catch (InterruptedException e) {
      interrupted = true;
      Thread.currentThread().interrupt();
    }
  }

  void awaitEntered() throws InterruptedException {
    if (!entered.await(DiscoveryContract.patience().toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the listener was told nothing");
    }
  }

  void open() {
    open.countDown();
  }

  boolean wasInterrupted() {
    return interrupted;
  }

  List<DiscoveryEvent> events() {
    return heard.events();
  }
}
