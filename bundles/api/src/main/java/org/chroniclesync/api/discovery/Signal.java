// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.chroniclesync.api.history.Bounds;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What two peers tell each other, through a discovery, to make a channel. */
@ProviderType
public sealed interface Signal {
  /** Longest session description, in characters. */
  int MAX_SDP_CHARS = 32_768;

  /** Longest candidate line, in characters. */
  int MAX_CANDIDATE_CHARS = 2_048;

  /** Longest sealed signal, in characters. */
  int MAX_SEALED_CHARS = 56_000;

  /**
   * A proposal to connect.
   *
   * @param sdp the session description, RFC 8829
   * @param node true if a node of this project made it, so that the glare rule of two nodes holds
   *     (see {@code docs/protocol.md}); false for a legacy client
   */
  @ProviderType
  record Offer(String sdp, boolean node) implements Signal {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the description is too long
     */
    public Offer {
      Bounds.text("offer", sdp, MAX_SDP_CHARS);
    }
  }

  /**
   * The reply to an offer.
   *
   * @param sdp the session description, RFC 8829
   */
  @ProviderType
  record Answer(String sdp) implements Signal {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the description is too long
     */
    public Answer {
      Bounds.text("answer", sdp, MAX_SDP_CHARS);
    }
  }

  /**
   * An address to try, RFC 8838.
   *
   * @param sdpMid the media section it belongs to, or null
   * @param sdpMLineIndex the index of that section, 0 or greater
   * @param candidate the candidate line; empty at the end of candidates
   */
  @ProviderType
  record Candidate(@Nullable String sdpMid, int sdpMLineIndex, String candidate) implements Signal {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a field is outside them
     */
    public Candidate {
      Bounds.text("candidate", candidate, MAX_CANDIDATE_CHARS);
      if (sdpMid != null) {
        Bounds.text("sdpMid", sdpMid, Bounds.MAX_ID_CHARS);
      }
      if (sdpMLineIndex < 0 || sdpMLineIndex > 255) {
        throw new IllegalArgumentException("sdpMLineIndex " + sdpMLineIndex);
      }
    }
  }

  /**
   * One of the others, sealed between two nodes (see {@code docs/protocol.md}). Discoveries carry
   * it like any other; only its two ends look into it, so no transport accepts it.
   *
   * @param data base64url without padding
   */
  @ProviderType
  record Sealed(String data) implements Signal {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the text is too long
     */
    public Sealed {
      Bounds.text("sealed signal", data, MAX_SEALED_CHARS);
    }
  }
}
