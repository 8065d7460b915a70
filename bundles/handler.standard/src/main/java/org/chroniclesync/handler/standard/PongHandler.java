// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Takes an echo as a sign of life, and of all that was sent before it having arrived. */
@Component(property = MessageHandler.TYPE_PROPERTY + "=" + Payload.Pong.TYPE)
public final class PongHandler implements MessageHandler {
  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.Pong pong) {
      session.met(pong.hello());
      session.echoed(pong.timestamp());
    }
  }
}
