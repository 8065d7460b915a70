// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import java.util.Locale;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.support.Transcript;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a node signs to join a room, as {@code docs/protocol.md} says in section 2. It names the
 * service, so that a dishonest one cannot pass on the challenge of another.
 *
 * @param nonce what the service drew for this connection; never changed
 * @param authority the service as the node dialled it, host and port, as in the Host header
 * @param room the room
 * @param peer the node's name
 */
@SuppressWarnings("ArrayRecordComponent") // on the way from one method to the next, never compared
@ProviderType
public record JoinStatement(byte[] nonce, String authority, RoomId room, PeerId peer) {
  /** Length of a nonce, in bytes. */
  public static final int NONCE_BYTES = 32;

  /** Longest authority, in characters. */
  public static final int MAX_AUTHORITY_CHARS = 512;

  private static final String DEVICE = "chroniclesync v2 join";
  private static final String MEMBER = "chroniclesync v2 member";

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the nonce does not have {@link #NONCE_BYTES}, or the
   *     authority is longer than {@link #MAX_AUTHORITY_CHARS}
   */
  public JoinStatement {
    if (nonce.length != NONCE_BYTES) {
      throw new IllegalArgumentException("a nonce of " + nonce.length + " bytes");
    }
    if (authority.length() > MAX_AUTHORITY_CHARS) {
      throw new IllegalArgumentException("an authority of " + authority.length() + " characters");
    }
  }

  /**
   * Returns what the device signs.
   *
   * @return the bytes
   */
  public byte[] ofDevice() {
    return bytes(DEVICE);
  }

  /**
   * Returns what is signed by the key of the room.
   *
   * @return the bytes
   */
  public byte[] ofMember() {
    return bytes(MEMBER);
  }

  private byte[] bytes(String label) {
    return new Transcript(label)
        .add(nonce)
        .add(authority.toLowerCase(Locale.ROOT))
        .add(room.value())
        .add(peer.value())
        .bytes();
  }

  /** Returns nothing that belongs in no log. */
  @Override
  public String toString() {
    return "JoinStatement[" + peer + " in " + room + "]";
  }
}
