// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.modules;

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;

/** Answers each call with its words. */
final class EchoHandler implements MessageHandler {
  static final String CALL = "echo-call";
  static final String ANSWER = "echo-answer";

  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.Other call && call.type().equals(CALL)) {
      session.send(new Payload.Other(ANSWER, call.json()));
    }
  }
}
