// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;

/**
 * Who this node is. It outlives the service that says so: as long as the next one says the same,
 * sessions and memberships go on.
 *
 * @param account the person's account
 * @param nodes the room in which the account's nodes meet
 * @param id this node's name among the person's devices, which stands for the device's key as well
 */
public record Self(AccountId account, RoomId nodes, PeerId id) {
  /** Reads it from the service that says so. */
  public static Self of(Identity identity) {
    return new Self(identity.account(), identity.nodeRoom(), identity.self());
  }
}
