// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Instant;
import org.chroniclesync.api.transport.AttemptReport;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An attempt to connect with a peer. Immutable.
 *
 * @param transport the name of the transport
 * @param report how far it came, for the owner's eyes alone
 * @param endedAt when it ended, or null while it is under way
 * @param failure why nothing came of it, a sentence for a person, or null if a channel opened or it
 *     is under way
 */
@ProviderType
public record PeerAttempt(
    String transport, AttemptReport report, @Nullable Instant endedAt, @Nullable String failure) {
  /** How many attempts with a peer are remembered. */
  public static final int MAX = 8;

  /**
   * Tells whether it is under way.
   *
   * @return true if so
   */
  public boolean isUnderWay() {
    return endedAt == null;
  }
}
