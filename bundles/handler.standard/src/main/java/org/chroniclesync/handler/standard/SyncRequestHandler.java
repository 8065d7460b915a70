// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.sync.SyncSession;
import org.osgi.service.component.annotations.Component;

/** Sends what the peer lacks. */
@Component(
    service = MessageHandler.class,
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.SyncRequest.TYPE)
public final class SyncRequestHandler extends StandardHandler<Payload.SyncRequest> {
  /** Makes the handler. */
  public SyncRequestHandler() {
    super(Payload.SyncRequest.class);
  }

  @Override
  void handle(SyncSession session, Payload.SyncRequest request) throws Exception {
    session.request(request);
  }
}
