// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Clock;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Guard;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.Self;
import org.chroniclesync.core.base.Settings;
import org.chroniclesync.core.store.Stores;

/**
 * What all peers and sessions of a node have in common.
 *
 * @param heartbeat the thread on which sessions look after themselves; nothing on it may block
 * @param reserve what sessions over a long way share
 */
public record NodeContext(
    LeasedService<Identity> identities,
    LeasedService<MessageCodec> codecs,
    MessageHandlers handlers,
    Stores stores,
    Settings settings,
    FailureLog failures,
    EventLoop heartbeat,
    WindowReserve reserve,
    Clock clock) {
  /** Returns the guard for calls of somebody else's parts. */
  public Guard guard() {
    return new Guard(failures);
  }

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
