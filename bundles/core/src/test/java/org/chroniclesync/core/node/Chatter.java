// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;

/** A handler of a type of its own: it begins to count down when a session opens, and answers. */
final class Chatter implements MessageHandler {
  static final String TYPE = "count-down";
  private static final int FROM = 8;

  @Override
  public void opened(Session session) throws Exception {
    send(session, FROM);
  }

  @Override
  public void handle(Session session, Message message) throws Exception {
    int number = Integer.parseInt(((Payload.Other) message.payload()).json());
    if (number > 0) {
      send(session, number - 1);
    }
  }

  private static void send(Session session, int number) throws Exception {
    session.send(new Payload.Other(TYPE, Integer.toString(number)));
  }
}
