// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.time.Duration;
import java.util.Map;

/** The limits as they are now. Two that belong together may be read before and after a change. */
final class Limits {
  private volatile LimitValues now;

  Limits(LimitValues now) {
    this.now = now;
  }

  void set(LimitValues next) {
    now = next;
  }

  int frameBytes() {
    return now.frameBytes();
  }

  int peersPerRoom() {
    return now.peersPerRoom();
  }

  int rooms() {
    return now.rooms();
  }

  int connections() {
    return now.connections();
  }

  int connectionsPerAddress() {
    return now.connectionsPerAddress();
  }

  Duration handshake() {
    return now.handshake();
  }

  int handshakes() {
    return now.handshakes();
  }

  int messagesPerSecond() {
    return now.messagesPerSecond();
  }

  int messageBurst() {
    return now.messageBurst();
  }

  int malformedMessages() {
    return now.malformedMessages();
  }

  Duration idle() {
    return now.idle();
  }

  int queuedBytes() {
    return now.queuedBytes();
  }

  int retryAfterSeconds() {
    return now.retryAfterSeconds();
  }

  int returnSeconds() {
    return now.returnSeconds();
  }

  Map<String, Long> counted() {
    return now.counted();
  }

  @Override
  public String toString() {
    return now.toString();
  }
}
