// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.discovery.Signal;

/**
 * How much the signals of one peer take up while they wait for the transport. Whoever carries
 * signals can bring more than can be dealt with; what is beyond the bound is lost, as on the way.
 * Safe for any thread.
 */
final class SignalBudget {
  /** Eight descriptions of the greatest length: more than any honest peer has on the way. */
  static final int MAX_CHARS = 8 * Signal.MAX_SDP_CHARS;

  private final AtomicInteger chars = new AtomicInteger();

  /** Returns false if there is no room. */
  boolean take(Signal signal) {
    int length = length(signal);
    if (chars.addAndGet(length) <= MAX_CHARS) {
      return true;
    }
    chars.addAndGet(-length);
    return false;
  }

  void giveBack(Signal signal) {
    chars.addAndGet(-length(signal));
  }

  /** One more than the text, so that very many empty ones count too. */
  private static int length(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return 1 + offer.sdp().length();
    }
    if (signal instanceof Signal.Answer answer) {
      return 1 + answer.sdp().length();
    }
    if (signal instanceof Signal.Sealed sealed) {
      return 1 + sealed.data().length();
    }
    return 1 + ((Signal.Candidate) signal).candidate().length();
  }
}
