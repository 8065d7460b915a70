// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Stores what a peer sends of its own accord. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.History.TYPE)
public final class HistoryHandler extends StandardHandler<Payload.History> {
  /** Makes the handler. */
  public HistoryHandler() {
    super(Payload.History.class);
  }

  @Override
  void handle(SyncSession session, Payload.History history) throws Exception {
    session.merge(history.entries(), history.segment(), history.refused());
  }
}
