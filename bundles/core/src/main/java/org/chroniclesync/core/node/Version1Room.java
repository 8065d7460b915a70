// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.time.Instant;
import org.chroniclesync.core.peer.KnownDevices;
import org.chroniclesync.core.session.NodeContext;

/**
 * Whether version 1's room, in which a stranger may be who knows its name, is of any use. For the
 * loop.
 */
final class Version1Room {
  private static final Duration LONG_ENOUGH = Duration.ofDays(1);

  private final NodeContext context;
  private final KnownDevices devices;
  private final Instant since;

  /** Whether there is nothing more to say. */
  private boolean settled;

  Version1Room(NodeContext context, KnownDevices devices) {
    this.context = context;
    this.devices = devices;
    this.since = context.clock().instant();
    this.settled = !context.settings().legacyAllowed();
  }

  /** Says so, once, if nobody proved for a day to be a client. Anybody can make one up. */
  void noteIfUnused() {
    settled |= devices.all().stream().anyMatch(device -> !device.node());
    if (!settled && !context.clock().instant().isBefore(since.plus(LONG_ENOUGH))) {
      settled = true;
      context
          .failures()
          .add(
              "No browser extension or phone (version 1) has ever been connected."
                  + " If you have none, set legacy of org.chroniclesync.core to deny: then the"
                  + " node stays out of the room in which strangers could look for it.");
    }
  }
}
