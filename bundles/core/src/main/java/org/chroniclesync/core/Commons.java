// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Clock;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.message.MessageCodec;

/** What all peers and sessions of a node have in common. */
record Commons(
    Slot<Identity> identities,
    Slot<MessageCodec> codecs,
    Stores stores,
    Handlers handlers,
    Settings settings,
    Failures failures,
    Clock clock) {

  /** What this node says of itself. Its browsers' profiles are devices of their own. */
  static Device device(Self self) {
    return new Device(
        new DeviceId(self.id().value()),
        System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""),
        "",
        "ChronicleSync node",
        "1.0");
  }
}
