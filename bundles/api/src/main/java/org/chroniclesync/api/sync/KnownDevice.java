// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.time.Instant;
import org.chroniclesync.api.discovery.PeerId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A device that has proved that it belongs to the account, now or at any time before.
 *
 * @param peer its name in rooms. A node's is its key's, so it is the same device always; that of a
 *     client of version 1 is its own choice
 * @param node whether it is a node of this project
 * @param name what it said of itself, such as its system and program; empty if it has not; at most
 *     {@value #MAX_NAME_CHARS} characters, without control characters
 * @param firstSeen when it proved itself first
 * @param lastSeen when it was last connected, or now if it still is
 */
@ProviderType
public record KnownDevice(
    PeerId peer, boolean node, String name, Instant firstSeen, Instant lastSeen) {
  /** How much of a name is kept. */
  public static final int MAX_NAME_CHARS = 200;
}
