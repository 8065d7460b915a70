// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Answers a ping with its own timestamp. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.Ping.TYPE)
public final class PingHandler extends StandardHandler<Payload.Ping> {
  /** Makes the handler. */
  public PingHandler() {
    super(Payload.Ping.class);
  }

  @Override
  void handle(SyncSession session, Payload.Ping ping) throws Exception {
    session.met(ping.hello());
    session.send(new Payload.Pong(ping.timestamp(), session.hello()));
  }
}
