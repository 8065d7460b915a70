// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.SplittableRandom;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.Frame;

/** A frame on its way, in the hands of a {@link Middle}. Safe for any thread. */
public final class Passage {
  private final MemoryChannel sender;
  private final Frame frame;
  private final long number;

  /** Puts frames in front of one end of a connection. */
  @FunctionalInterface
  public interface Way {
    /**
     * Puts a frame there; waits while the buffer of that end is full.
     *
     * @param frame the frame
     * @throws ChannelClosedException if the connection has ended
     * @throws InterruptedException if the thread was interrupted while waiting
     */
    void put(Frame frame) throws ChannelClosedException, InterruptedException;
  }

  Passage(MemoryChannel sender, Frame frame, long number) {
    this.sender = sender;
    this.frame = frame;
    this.number = number;
  }

  /**
   * Who sent the frame.
   *
   * @return the peer
   */
  public PeerId from() {
    return sender.holder();
  }

  /**
   * Whom the frame is for.
   *
   * @return the peer
   */
  public PeerId to() {
    return sender.peer().holder();
  }

  /**
   * Which connection the frame is on.
   *
   * @return 1 for the first one that these two peers have by this transport, then 2, and so on
   */
  public int connection() {
    return sender.connection().number();
  }

  /**
   * Which transport the connection is of.
   *
   * @return its name
   */
  public String transport() {
    return sender.connection().transport();
  }

  /**
   * Which frame this is.
   *
   * @return 1 for the first frame that this end of the connection sends, then 2, and so on
   */
  public long number() {
    return number;
  }

  /** Returns chances for what happens to this frame. */
  SplittableRandom draws(long seed) {
    return sender.draws(seed, number);
  }

  /** Tells a direction of a connection from all others. */
  Object direction() {
    return sender;
  }

  /**
   * What was sent.
   *
   * @return the frame
   */
  public Frame frame() {
    return frame;
  }

  /**
   * The way to the other end, which stays usable for as long as the connection lasts.
   *
   * @return the way
   */
  public Way onward() {
    return sender.peer()::put;
  }

  /**
   * The way back to the sender, which stays usable for as long as the connection lasts.
   *
   * @return the way
   */
  public Way back() {
    return sender::put;
  }

  /**
   * Lets the frame go on as it is.
   *
   * @throws ChannelClosedException if the connection has ended
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  public void go() throws ChannelClosedException, InterruptedException {
    onward().put(frame);
  }

  /** Cuts the connection: both ends lose it at once. */
  public void cut() {
    sender.connection().cut();
  }
}
