// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.function.Function;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.Self;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of who the node is, from whichever service says so now: a membership outlives the
 * service with which it began.
 *
 * @param self who the node is in the room
 * @param identities who signs
 */
record LentCredentials(Self self, LeasedService<Identity> identities) implements Credentials {
  @Override
  public PeerId peer() {
    return self.id();
  }

  @Override
  public byte[] key() {
    return lent(Credentials::key);
  }

  @Override
  public byte[] sign(byte[] statement) {
    return lent(credentials -> credentials.sign(statement));
  }

  @Override
  public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
    try (LeasedService.Lease<Identity> lease = lease()) {
      return lease.service().credentials().signAsMember(room, statement);
    }
  }

  private byte[] lent(Function<Credentials, byte[]> task) {
    try (LeasedService.Lease<Identity> lease = lease()) {
      return task.apply(lease.service().credentials());
    }
  }

  /** Not for somebody else: the node is about to leave the rooms of who it was. */
  private LeasedService.Lease<Identity> lease() {
    LeasedService.Lease<Identity> lease = identities.leaseNow();
    if (lease == null) {
      throw new IllegalStateException("no crypto service is there to sign");
    }
    if (!Self.of(lease.service()).equals(self)) {
      lease.close();
      throw new IllegalStateException("this node is in another account now");
    }
    return lease;
  }
}
