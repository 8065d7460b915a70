// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.CloseReason;

/** Two channels, each the other's end. Both share one lock. */
final class Connection {
  private final MemoryNetwork network;
  private final String transport;
  private final int number;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final MemoryChannel left;
  private final MemoryChannel right;

  /**
   * Makes a connection.
   *
   * @param id what its binding is made of
   * @param split whether each end has a connection of its own, with somebody in the middle
   */
  Connection(
      MemoryNetwork network,
      MemoryTransport.End offering,
      MemoryTransport.End answering,
      int number,
      String id,
      boolean split) {
    this.network = network;
    this.transport = offering.transport().toString();
    this.number = number;
    this.left = new MemoryChannel(this, offering, binding(id));
    this.right =
        new MemoryChannel(this, answering, binding(split ? id + " behind the middle" : id));
  }

  private static ChannelBinding binding(String id) {
    return new ChannelBinding(id.getBytes(StandardCharsets.UTF_8));
  }

  MemoryNetwork network() {
    return network;
  }

  String transport() {
    return transport;
  }

  int number() {
    return number;
  }

  ReentrantLock lock() {
    return lock;
  }

  Condition changed() {
    return changed;
  }

  /** The end of the peer that offered. */
  MemoryChannel left() {
    return left;
  }

  /** The end of the peer that answered. */
  MemoryChannel right() {
    return right;
  }

  Stream<MemoryChannel> ends() {
    return Stream.of(left, right);
  }

  MemoryChannel other(MemoryChannel end) {
    return end == left ? right : left;
  }

  boolean joins(PeerId one, PeerId other) {
    return (one.equals(left.holder()) && other.equals(right.holder()))
        || (one.equals(right.holder()) && other.equals(left.holder()));
  }

  /** Tells whether both ends have ended, as their holders see it. */
  boolean isOver() {
    return ends().noneMatch(MemoryChannel::isOpen);
  }

  /** Both ends lose it at once, and what was on its way. */
  void cut() {
    end("the connection was cut");
  }

  void end(String why) {
    CloseReason lost = new CloseReason(CloseReason.Kind.LOST, why);
    lock.lock();
    try {
      ends().forEach(end -> end.finish(lost));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    network.forget(this);
  }
}
