// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds the threads that pass until it is opened, once and for all. Give {@code gate::pass} to a
 * hook such as {@link MemoryDiscovery#beforeJoin} to make that call hang. Safe for any thread.
 */
public final class Gate implements AutoCloseable {
  private final CountDownLatch opened = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();

  /** Makes a closed gate. */
  public Gate() {}

  /**
   * Waits until the gate is open. An interrupt ends the wait too, and the thread stays interrupted.
   */
  public void pass() {
    waiting.incrementAndGet();
    try {
      opened.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.decrementAndGet();
    }
  }

  /**
   * Says how many threads wait here. Does not block.
   *
   * @return the number, which is 0 soon after {@link #open}
   */
  public int waiting() {
    return waiting.get();
  }

  /** Lets everybody pass from now on. Opening it again does nothing. */
  public void open() {
    opened.countDown();
  }

  /** Opens the gate, so that a test that fails leaves nobody behind. */
  @Override
  public void close() {
    open();
  }
}
