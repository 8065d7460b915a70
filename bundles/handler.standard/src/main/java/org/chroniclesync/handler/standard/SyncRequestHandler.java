// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Sends what the peer lacks. */
@Component(property = MessageHandler.TYPE_PROPERTY + "=" + Payload.SyncRequest.TYPE)
public final class SyncRequestHandler implements MessageHandler {
  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.SyncRequest request) {
      session.stream(request);
    }
  }
}
