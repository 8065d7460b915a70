// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Answers a ping with its own timestamp. */
@Component(property = MessageHandler.TYPE_PROPERTY + "=" + Payload.Ping.TYPE)
public final class PingHandler implements MessageHandler {
  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.Ping ping) {
      session.met(ping.hello());
      session.send(new Payload.Pong(ping.timestamp(), session.hello()));
    }
  }
}
