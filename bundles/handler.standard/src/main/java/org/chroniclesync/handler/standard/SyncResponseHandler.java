// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Stores what a peer sends because it was asked. */
@Component(property = MessageHandler.TYPE_PROPERTY + "=" + Payload.SyncResponse.TYPE)
public final class SyncResponseHandler implements MessageHandler {
  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.SyncResponse response) {
      session.merge(response.entries(), response.segment(), response.refused());
    }
  }
}
