// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Takes an echo as a sign of life: everything sent before the ping has arrived. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.Pong.TYPE)
public final class PongHandler extends StandardHandler<Payload.Pong> {
  /** Makes the handler. */
  public PongHandler() {
    super(Payload.Pong.class);
  }

  @Override
  void handle(SyncSession session, Payload.Pong pong) throws Exception {
    session.met(pong.hello());
    session.echoed(pong.timestamp());
  }
}
