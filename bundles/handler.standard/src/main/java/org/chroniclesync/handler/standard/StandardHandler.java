// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.message.sync.SyncSession;

/** A handler of one standard message. It has no state, so all sessions share it. */
abstract class StandardHandler<P extends Payload> implements MessageHandler {
  private final Class<P> type;

  StandardHandler(Class<P> type) {
    this.type = type;
  }

  /** Anything else under its type, or in a session that is not the engine's, means nothing. */
  @Override
  public final void handle(Session session, Message message) throws Exception {
    if (session instanceof SyncSession standard && type.isInstance(message.payload())) {
      handle(standard, type.cast(message.payload()));
    }
  }

  abstract void handle(SyncSession session, P payload) throws Exception;
}
