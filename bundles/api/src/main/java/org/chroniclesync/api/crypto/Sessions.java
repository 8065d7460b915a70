// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelBinding;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Version 2 between two nodes: how they agree on the keys of a session, and its frames. All words
 * of it are in {@code docs/protocol.md}.
 *
 * <p>It keeps nothing: what a session has is in {@link Ephemeral} and {@link SessionKeys}. So a
 * session that began with one service goes on with the next one of the same account. Safe for any
 * thread, blocks for nobody but another thread that seals, or opens, with the same keys.
 */
@ProviderType
public interface Sessions {
  /** The header of a frame after which more fragments of the same record follow. Else it is 0. */
  byte MORE = 1;

  /** What a frame has besides the plaintext, in bytes: one of header, 16 of tag. */
  int OVERHEAD_BYTES = 17;

  /** Longest frame, in bytes. */
  int MAX_FRAME_BYTES = 262_144;

  /** Frames under one key, after which both ends go over to the next. */
  long FRAMES_A_KEY = 1L << 20;

  /** Frames in one direction of a session, after which it has to begin anew. */
  long MAX_FRAMES = 1L << 40;

  /**
   * Begins a handshake.
   *
   * @return a fresh share and its private key; the receiver closes it, or has it used
   */
  Ephemeral begin();

  /**
   * Agrees on the keys of a session. Nothing proves yet that the peer has them too; the first of
   * its frames that can be opened does.
   *
   * @param ours our share, which is used up, whatever the outcome
   * @param theirs the peer's share
   * @param self our name, as the peer knows it
   * @param peer the peer's name
   * @param binding the binding of the channel that the session is for
   * @return the keys, which the receiver closes
   * @throws HandshakeException if the share or the channel is not good; says why
   * @throws IllegalStateException if {@code ours} was used before, or the identity was closed
   */
  SessionKeys agree(Ephemeral ours, byte[] theirs, PeerId self, PeerId peer, ChannelBinding binding)
      throws HandshakeException;

  /**
   * Seals a fragment. Frames must be sent in the order in which they were sealed, every one of
   * them: a frame that is left out ends the session.
   *
   * @param keys the keys of the session
   * @param header 0 or {@link #MORE}
   * @param bytes holds the fragment; not changed
   * @param from where the fragment begins
   * @param length of the fragment, 0 or greater
   * @return the frame
   * @throws IllegalArgumentException if the frame would be longer than {@link #MAX_FRAME_BYTES}, or
   *     the header is none
   * @throws IndexOutOfBoundsException if the fragment is not within {@code bytes}
   * @throws IllegalStateException if the keys were closed, or {@link #MAX_FRAMES} were sealed
   */
  byte[] seal(SessionKeys keys, byte header, byte[] bytes, int from, int length);

  /**
   * Opens the next frame of the peer. One that was refused does not count; but where a channel
   * keeps order, it is the end of the session.
   *
   * @param keys the keys of the session
   * @param frame the frame; not changed
   * @return what it holds
   * @throws EnvelopeException if it is not the next frame of this session; says why
   * @throws IllegalStateException if the keys were closed
   */
  Opened open(SessionKeys keys, byte[] frame) throws EnvelopeException;

  /**
   * An opened frame.
   *
   * @param more whether more fragments of the same record follow
   * @param bytes the fragment; the receiver's own
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // on the way from one method to the next, never compared
  @ProviderType
  record Opened(boolean more, byte[] bytes) {
    /** Returns nothing of the fragment. */
    @Override
    public String toString() {
      return "Opened[more=" + more + ", " + bytes.length + " bytes]";
    }
  }
}
