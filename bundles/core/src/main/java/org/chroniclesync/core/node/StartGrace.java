// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;

/**
 * For how long after its start a node calls nothing missing: what it works with is started after
 * it. A slow computer takes several times the usual, so each bundle that starts meanwhile prolongs
 * it. Safe for any thread.
 */
final class StartGrace implements BundleListener {
  /** Whoever starts bundles for longer than this does so by hand. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final long graceNanos;
  private final long begunNanos;
  private volatile long newsNanos;

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
    return nanos.getAsLong() - newsNanos < graceNanos;
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STARTED) {
      bundleStarted();
    }
  }

  /** A bundle that starts later is no start of the node's any more. */
  void bundleStarted() {
    long now = nanos.getAsLong();
    if (now - begunNanos < LONGEST.toNanos() && lasts()) {
      newsNanos = now;
    }
  }
}
