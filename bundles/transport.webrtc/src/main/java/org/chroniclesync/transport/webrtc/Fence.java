// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each call into libwebrtc goes through. webrtc-java throws whatever it likes, {@link Error}
 * too, with text of the peer's in the message; so what is caught is counted, and the log has one
 * fixed sentence a minute at most. Safe for any thread.
 */
final class Fence {
  private static final Logger LOG = LoggerFactory.getLogger(Fence.class);
  private static final long BETWEEN_LINES_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanos;
  private long count;
  private boolean said;
  private long lastNanos;

  Fence() {
    this(System::nanoTime);
  }

  Fence(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Calls of the library. */
  @FunctionalInterface
  interface Call {
    /**
     * Makes them.
     *
     * @throws Throwable whatever comes
     */
    void make() throws Throwable;
  }

  /** Returns false if the call threw. */
  boolean run(Call call) {
    try {
      call.make();
      return true;
    } catch (Throwable e) {
      caught();
      return false;
    }
  }

  private void caught() {
    long number = toSay();
    if (number > 0) {
      LOG.warn(
          "Calls of the WebRTC library failed, {} since this was last said. Each cost its own"
              + " attempt to connect and nothing else. If your devices do not connect, update the"
              + " client on the other one.",
          number);
    }
  }

  private synchronized long toSay() {
    count++;
    long now = nanos.getAsLong();
    if (said && now - lastNanos < BETWEEN_LINES_NANOS) {
      return 0;
    }
    said = true;
    lastNanos = now;
    long number = count;
    count = 0;
    return number;
  }
}
