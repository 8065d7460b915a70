// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Answers a turn of a comparison. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.Reconcile.TYPE)
public final class ReconcileHandler extends StandardHandler<Payload.Reconcile> {
  /** Makes the handler. */
  public ReconcileHandler() {
    super(Payload.Reconcile.class);
  }

  @Override
  void handle(SyncSession session, Payload.Reconcile turn) throws Exception {
    session.compare(turn);
  }
}
