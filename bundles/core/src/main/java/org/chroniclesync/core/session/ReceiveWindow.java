// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import org.chroniclesync.api.message.Payload;

/**
 * How much the peer may send before we have handled it; the specification's section 6, "Credit".
 * One thread receives, another handles.
 */
final class ReceiveWindow {
  private final long window;
  private final Sender sender;
  private long received;
  private long handled;
  private long granted;

  ReceiveWindow(long window, Sender sender) {
    this.window = window;
    this.sender = sender;
    this.granted = window;
  }

  /** Returns false if the peer had no credit left when it began the message. */
  synchronized boolean received(int bytes) {
    boolean allowed = received < granted;
    received += bytes;
    return allowed;
  }

  /** Lets the peer send as much again, in a few large steps. */
  void handled(int bytes) {
    long credit;
    synchronized (this) {
      handled += bytes;
      credit = handled + window;
      if (credit - granted < window / 4) {
        return;
      }
      granted = credit;
    }
    sender.say(new Payload.Credit(credit));
  }
}
