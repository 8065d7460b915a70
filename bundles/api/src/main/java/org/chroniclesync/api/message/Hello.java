// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.storage.FeedId;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How nodes of this project know each other: an additional member of {@code ping} and {@code pong}
 * that existing clients ignore.
 *
 * @param version the highest version of the protocol that the node speaks, 1 or greater
 * @param feed the change feed that its entries come from
 * @param entries how many versions its storage holds, tombstones included, 0 or greater
 * @param share what it brings into the keys of a version 2 session; null once the session has them
 */
@ProviderType
public record Hello(int version, FeedId feed, long entries, @Nullable Share share) {
  /**
   * What a node brings into a session of version 2, said once, in its first ping.
   *
   * @param peer its own peer id
   * @param text a nonce and a public key, base64 without padding, at most {@value #MAX_CHARS}
   *     characters
   * @param proof that the share is the device's: its public key and its signature, base64 without
   *     padding, at most {@value #MAX_CHARS} characters
   * @param window how many bytes of frames the node takes before it has handled any of them,
   *     {@value #MIN_WINDOW} to {@value #MAX_WINDOW}; see {@link Payload.Credit}
   */
  @ProviderType
  public record Share(PeerId peer, String text, String proof, long window) {
    /** Longest text, in characters. */
    public static final int MAX_CHARS = 128;

    /** Smallest window, in bytes. */
    public static final long MIN_WINDOW = 65_536;

    /** Largest window, in bytes. */
    public static final long MAX_WINDOW = 1L << 30;

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a text is too long or the window outside its range
     */
    public Share {
      Bounds.text("share", text, MAX_CHARS);
      Bounds.text("proof", proof, MAX_CHARS);
      if (window != 0 && (window < MIN_WINDOW || window > MAX_WINDOW)) {
        throw new IllegalArgumentException("a receive window of " + window + " bytes");
      }
    }
  }

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is exceeded
   */
  public Hello {
    if (version < 1 || entries < 0) {
      throw new IllegalArgumentException(
          "protocol version " + version + ", " + entries + " entries");
    }
    Bounds.id("feed id", feed.value());
  }

  /**
   * Makes the hello of a node that holds nothing, within a session.
   *
   * @param version the highest version of the protocol that the node speaks, 1 or greater
   * @param feed its change feed
   */
  public Hello(int version, FeedId feed) {
    this(version, feed, 0, null);
  }
}
