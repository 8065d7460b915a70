// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a peer says of its attempts to connect with this node, as docs/protocol.md has it ("Both
 * sides"). Immutable.
 */
@ProviderType
public sealed interface PeerView {
  /** A peer is asked at most once in so long; until then its last answer is told again. */
  Duration REST = Duration.ofSeconds(10);

  /** It is waited for so long. */
  Duration PATIENCE = Duration.ofSeconds(3);

  /** How many attempts a peer tells at most. */
  int MAX_ATTEMPTS = 3;

  /**
   * It answered.
   *
   * @param at when its answer came, by this node's clock
   * @param attempts its last attempts, newest first, seen from there: {@code own} are the addresses
   *     of the peer. At most {@link #MAX_ATTEMPTS}. They hold private addresses and what the peer
   *     made up: for the owner's eyes alone, and escaped before they are shown
   */
  @ProviderType
  record Told(Instant at, List<PeerAttempt> attempts) implements PeerView {
    /** Copies the list. */
    public Told {
      attempts = List.copyOf(attempts);
    }
  }

  /** It was asked, and did not answer within {@link #PATIENCE}. */
  @ProviderType
  record Silent() implements PeerView {}

  /**
   * It was not asked.
   *
   * @param why the reason
   */
  @ProviderType
  record Unasked(Reason why) implements PeerView {
    /** Why a peer is not asked. */
    @ProviderType
    public enum Reason {
      /**
       * It has not said that it answers: it is a client or a node that cannot, or silent so far.
       */
      CANNOT,
      /** No discovery sees it that carries signals by itself. */
      NO_WAY
    }
  }
}
