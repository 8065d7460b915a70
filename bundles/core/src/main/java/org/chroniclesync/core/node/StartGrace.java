// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * For how long after its start a node calls nothing missing: what it works with is started after
 * it. A slow computer takes several times the usual, so it lasts while a bundle is being started,
 * and each that started prolongs it. Only synchronous listeners hear that a start begins. Safe for
 * any thread.
 */
final class StartGrace implements SynchronousBundleListener {
  /** Whoever starts bundles for longer than this does so by hand. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final long graceNanos;
  private final long begunNanos;
  private volatile long newsNanos;
  private final Set<Long> starting = ConcurrentHashMap.newKeySet();

  /**
   * Begins it.
   *
   * @param grace how long it lasts after the last bundle started
   * @param nanos a clock that is never set
   */
  StartGrace(Duration grace, LongSupplier nanos) {
    this.nanos = nanos;
    graceNanos = grace.toNanos();
    begunNanos = nanos.getAsLong();
    newsNanos = begunNanos;
  }

  /** Tells whether what is not there may still come. */
  boolean lasts() {
    long now = nanos.getAsLong();
    return now - newsNanos < graceNanos
        || (!starting.isEmpty() && now - begunNanos < LONGEST.toNanos());
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    long bundle = event.getBundle().getBundleId();
    if (event.getType() == BundleEvent.STARTING) {
      starts(bundle);
    } else if (event.getType() == BundleEvent.STARTED) {
      started(bundle);
    } else if (event.getType() == BundleEvent.STOPPED) {
      starting.remove(bundle); // its start failed
    }
  }

  /** A bundle that starts later is no start of the node's any more. */
  void starts(long bundle) {
    if (lasts()) {
      starting.add(bundle);
    }
  }

  void started(long bundle) {
    long now = nanos.getAsLong();
    if (lasts() && now - begunNanos < LONGEST.toNanos()) {
      newsNanos = now;
    }
    starting.remove(bundle);
  }
}
