// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;

/**
 * A signal on its way, in the hands of a {@link Carrier}. Immutable; {@link #go} may be called by
 * any thread, at any time, as often as wanted.
 */
public final class Delivery {
  private final MemoryRooms rooms;
  private final RoomKey room;
  private final PeerId from;
  private final PeerId to;
  private final Signal signal;

  Delivery(MemoryRooms rooms, RoomKey room, PeerId from, PeerId to, Signal signal) {
    this.rooms = rooms;
    this.room = room;
    this.from = from;
    this.to = to;
    this.signal = signal;
  }

  /**
   * Who sent the signal, as the receiver is told.
   *
   * @return the peer
   */
  public PeerId from() {
    return from;
  }

  /**
   * Whom the signal is for.
   *
   * @return the peer
   */
  public PeerId to() {
    return to;
  }

  /**
   * What was signalled.
   *
   * @return the signal
   */
  public Signal signal() {
    return signal;
  }

  /**
   * Makes the same signal with other names on it.
   *
   * @param nextFrom who is said to have sent it
   * @param nextTo whom it goes to
   * @return the delivery, which has not gone yet
   */
  public Delivery readdressed(PeerId nextFrom, PeerId nextTo) {
    return new Delivery(rooms, room, nextFrom, nextTo, signal);
  }

  /**
   * Makes a delivery of another signal between the same two.
   *
   * @param next the signal
   * @return the delivery, which has not gone yet
   */
  public Delivery with(Signal next) {
    return new Delivery(rooms, room, from, to, next);
  }

  /**
   * Delivers the signal. It is dropped if nobody of that name is in the room, or if too many
   * signals of the sender wait for the receiver. Does not block.
   */
  public void go() {
    rooms.deliver(room, from, to, signal);
  }
}
