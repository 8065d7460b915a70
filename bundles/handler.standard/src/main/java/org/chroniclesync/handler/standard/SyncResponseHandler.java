// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Stores what a peer sends because it was asked. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.SyncResponse.TYPE)
public final class SyncResponseHandler extends StandardHandler<Payload.SyncResponse> {
  /** Makes the handler. */
  public SyncResponseHandler() {
    super(Payload.SyncResponse.class);
  }

  @Override
  void handle(SyncSession session, Payload.SyncResponse response) throws Exception {
    session.merge(response.entries(), response.segment(), response.refused());
  }
}
