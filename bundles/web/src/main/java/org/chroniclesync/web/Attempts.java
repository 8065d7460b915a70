// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often passwords may be tried: some at once, then one from time to time, for each address and
 * for all together. Safe for any thread.
 */
final class Attempts {
  /** Who mistypes needs some; who guesses needs millions. */
  static final int BURST = 5;

  static final long PAUSE_SECONDS = 30;

  /** Of all addresses together: somebody may have many. */
  static final int BURST_OF_ALL = 30;

  static final long PAUSE_SECONDS_OF_ALL = 5;

  /** The one that tried longest ago is forgotten first; the bound of all holds for it, too. */
  static final int MAX_ADDRESSES = 1_024;

  /** An IPv6 network has as many addresses as anybody likes. */
  private static final int NETWORK_BYTES = 8;

  private final LongSupplier nanos;
  private final Bucket all;
  private final Map<ByteBuffer, Bucket> byAddress = new LinkedHashMap<>(16, 0.75f, true);

  Attempts(LongSupplier nanos) {
    this.nanos = nanos;
    this.all = new Bucket(BURST_OF_ALL, PAUSE_SECONDS_OF_ALL, nanos.getAsLong());
  }

  /** Takes an attempt if there is one. */
  synchronized boolean take(InetAddress from) {
    long now = nanos.getAsLong();
    Bucket own = bucket(from, now);
    if (own.secondsLeft(now) > 0 || all.secondsLeft(now) > 0) {
      return false;
    }
    own.tokens--;
    all.tokens--;
    return true;
  }

  /** Whoever knows the password has not guessed. */
  synchronized void succeeded(InetAddress from) {
    byAddress.remove(key(from));
  }

  /** In how many seconds the next attempt may be made; 0 for now. */
  synchronized int secondsLeft(InetAddress from) {
    long now = nanos.getAsLong();
    return Math.max(bucket(from, now).secondsLeft(now), all.secondsLeft(now));
  }

  synchronized int addresses() {
    return byAddress.size();
  }

  private Bucket bucket(InetAddress from, long now) {
    Bucket own = byAddress.computeIfAbsent(key(from), key -> new Bucket(BURST, PAUSE_SECONDS, now));
    if (byAddress.size() > MAX_ADDRESSES) {
      Iterator<ByteBuffer> oldest = byAddress.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return own;
  }

  private static ByteBuffer key(InetAddress from) {
    byte[] bytes = from.getAddress();
    return ByteBuffer.wrap(
        from instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
  }

  private static final class Bucket {
    private final int burst;
    private final double pauseNanos;
    private double tokens;
    private long filledNanos;

    Bucket(int burst, long pauseSeconds, long now) {
      this.burst = burst;
      this.pauseNanos = TimeUnit.SECONDS.toNanos(pauseSeconds);
      this.tokens = burst;
      this.filledNanos = now;
    }

    int secondsLeft(long now) {
      tokens = Math.min(burst, tokens + (now - filledNanos) / pauseNanos);
      filledNanos = now;
      return tokens >= 1
          ? 0
          : (int) Math.ceil((1 - tokens) * pauseNanos / TimeUnit.SECONDS.toNanos(1));
    }
  }
}
