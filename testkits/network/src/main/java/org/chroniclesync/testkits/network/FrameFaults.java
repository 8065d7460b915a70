// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.WeakHashMap;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Middle} that does a share of the frames harm. What happens to a frame depends on the
 * seed, the two peers, the connection and the number of the frame, and on nothing else. Each dial
 * may be turned at any time, by any thread, and holds for the frames that are sent from then on.
 *
 * <p>A channel of the api never does any of this by itself; it is what somebody does who stands in
 * the middle, or what a bad network does below a bad transport.
 */
public final class FrameFaults implements Middle {
  private final long seed;
  private final Map<Object, Frame> held = new WeakHashMap<>();
  private volatile double lost;
  private volatile double repeated;
  private volatile double swapped;
  private volatile double changed;
  private volatile long spared;
  private volatile long most = Long.MAX_VALUE;

  /**
   * Makes a middle that does no harm yet.
   *
   * @param seed what its chances depend on
   */
  public FrameFaults(long seed) {
    this.seed = seed;
  }

  /**
   * Dials how many frames are lost.
   *
   * @param share from 0 for none to 1 for all
   * @return this
   */
  public FrameFaults lose(double share) {
    lost = checked(share);
    return this;
  }

  /**
   * Dials how many frames arrive twice.
   *
   * @param share from 0 for none to 1 for all
   * @return this
   */
  public FrameFaults repeat(double share) {
    repeated = checked(share);
    return this;
  }

  /**
   * Dials how many frames arrive behind the one that follows. If none follows, the frame is lost.
   *
   * @param share from 0 for none to 1 for all
   * @return this
   */
  public FrameFaults swap(double share) {
    swapped = checked(share);
    return this;
  }

  /**
   * Dials how many frames arrive with one bit of one byte, or of one character, changed. An empty
   * frame gets a byte or a character more.
   *
   * @param share from 0 for none to 1 for all
   * @return this
   */
  public FrameFaults change(double share) {
    changed = checked(share);
    return this;
  }

  /**
   * Spares the first frames of each direction of a connection.
   *
   * @param frames how many
   * @return this
   */
  public FrameFaults spare(long frames) {
    spared = frames;
    return this;
  }

  /**
   * Cuts each connection as soon as so many frames were sent in one direction.
   *
   * @param frames how many; {@link Long#MAX_VALUE} for a connection that is never cut
   * @return this
   */
  public FrameFaults cutAfter(long frames) {
    most = frames;
    return this;
  }

  private static double checked(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share of " + share);
    }
    return share;
  }

  @Override
  public void passes(Passage passage) throws ChannelClosedException, InterruptedException {
    if (passage.number() <= spared) {
      passage.go();
    } else {
      harm(passage);
    }
    if (passage.number() >= most) {
      passage.cut();
    }
  }

  private void harm(Passage passage) throws ChannelClosedException, InterruptedException {
    // All chances are drawn, whatever comes of them: turning one dial leaves the others' alone.
    SplittableRandom draws = passage.draws(seed);
    boolean loses = draws.nextDouble() < lost;
    boolean repeats = draws.nextDouble() < repeated;
    boolean swaps = draws.nextDouble() < swapped;
    boolean changes = draws.nextDouble() < changed;
    Frame frame = changes ? changed(passage.frame(), draws) : passage.frame();
    Frame before = swaps && !loses ? hold(passage, frame) : release(passage);
    if (!loses && !swaps) {
      passage.onward().put(frame);
      if (repeats) {
        passage.onward().put(frame);
      }
    }
    if (before != null) {
      passage.onward().put(before);
    }
  }

  private @Nullable Frame hold(Passage passage, Frame frame) {
    synchronized (held) {
      return held.put(passage.direction(), frame);
    }
  }

  private @Nullable Frame release(Passage passage) {
    synchronized (held) {
      return held.remove(passage.direction());
    }
  }

  private static Frame changed(Frame frame, SplittableRandom draws) {
    if (frame instanceof Frame.Text text) {
      StringBuilder chars = new StringBuilder(text.text().isEmpty() ? " " : text.text());
      int at = draws.nextInt(chars.length());
      // The lowest bit: half of a surrogate pair stays one.
      chars.setCharAt(at, (char) (chars.charAt(at) ^ 1));
      return new Frame.Text(chars.toString());
    }
    byte[] bytes = ((Frame.Binary) frame).bytes();
    byte[] copy = bytes.length == 0 ? new byte[1] : bytes.clone();
    copy[draws.nextInt(copy.length)] ^= (byte) (1 << draws.nextInt(8));
    return new Frame.Binary(copy);
  }
}
