// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Remembers which device is at the other end. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.DeviceInfo.TYPE)
public final class DeviceHandler extends StandardHandler<Payload.DeviceInfo> {
  /** Makes the handler. */
  public DeviceHandler() {
    super(Payload.DeviceInfo.class);
  }

  @Override
  void handle(SyncSession session, Payload.DeviceInfo info) throws Exception {
    session.introduced(info.device());
  }
}
