// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Stores what a peer sends of its own accord. */
@Component(property = MessageHandler.TYPE_PROPERTY + "=" + Payload.History.TYPE)
public final class HistoryHandler implements MessageHandler {
  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.History history) {
      session.merge(history.entries(), history.segment(), history.refused());
    }
  }
}
