// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Frames between two peers: whole, in order, none lost until it ends, none twice. Open when it is
 * handed out. Safe for any thread; one thread sends and one receives without waiting for each
 * other.
 *
 * <ol>
 *   <li>C1 <b>Whole and in order.</b> Frames arrive as they were sent, text as text.
 *   <li>C2 <b>As long as said.</b> A frame of {@link #maxFrameBytes} arrives, a longer one is
 *       refused without harm. It is 16,384 at least.
 *   <li>C3 <b>Both ways.</b> Any number of threads send, at both ends at once.
 *   <li>C4 <b>Bounded, and one frame at least.</b> While the receiver takes nothing, the channel
 *       takes one frame of the greatest length, in each direction for itself; it need not take
 *       more. Beyond what it takes the sender is made to wait; or, where the technology cannot make
 *       it wait, the receiver ends the channel with {@link CloseReason.Kind#VIOLATION}, and hands
 *       out nothing that came after the frame for which it had no room.
 *   <li>C5 <b>Nobody is left waiting</b> by an end of either side.
 *   <li>C6 <b>Who ended it.</b> The first reason stays. The other side learns that it was {@link
 *       CloseReason.Kind#REMOTE}, and nothing of the reason.
 *   <li>C7 <b>Last words.</b> Frames that arrived before the end are still handed out.
 *   <li>C8 <b>Flushed</b> is what has left this side's buffers.
 *   <li>C9 <b>Patience.</b> Waiting ends with its time or by interruption, without harm.
 *   <li>C10 <b>Bound.</b> Both ends have the same binding; connections of other transports have
 *       others.
 * </ol>
 */
@ConsumerType
public interface Channel extends AutoCloseable {
  /**
   * Sends a frame. Blocks while the peer or the network is slower than the sender, which is the
   * backpressure that callers rely on.
   *
   * @param frame the frame, at most {@link #maxFrameBytes()} long
   * @throws IllegalArgumentException if the frame is longer; the channel goes on
   * @throws ChannelClosedException if the channel has ended, also while waiting
   * @throws InterruptedException if the thread was interrupted while waiting; the frame was not
   *     sent
   */
  void send(Frame frame) throws ChannelClosedException, InterruptedException;

  /**
   * Waits until all frames given to {@link #send} have left this side's buffers, or the time is
   * over.
   *
   * @param patience how long to wait at most
   * @return true if the buffers are empty
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  boolean flush(Duration patience) throws InterruptedException;

  /**
   * Waits for the next frame. Frames that arrived before the end are still handed out after it.
   *
   * @param patience how long to wait at most
   * @return the frame, or null if none came in that time
   * @throws ChannelClosedException if the channel has ended and no frame is left
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  @Nullable Frame receive(Duration patience) throws ChannelClosedException, InterruptedException;

  /**
   * Returns how long a frame may be in both directions, as both ends agreed.
   *
   * @return bytes; a text counts as its UTF-8 bytes
   */
  int maxFrameBytes();

  /**
   * Returns the binding of the secured connection.
   *
   * @return the same at both ends
   */
  ChannelBinding binding();

  /**
   * Ends the channel and frees all that belongs to it, in the background where that takes time.
   * Frames not yet sent may be lost. Ending it again does nothing.
   *
   * @param reason why, for the status of this side; the peer does not learn it
   */
  void close(CloseReason reason);

  /** Ends the channel because it is no longer needed. */
  @Override
  default void close() {
    close(new CloseReason(CloseReason.Kind.LOCAL, "closed by this node"));
  }
}
