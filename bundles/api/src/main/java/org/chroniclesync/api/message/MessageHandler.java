// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Handles messages of one type. Registered as an OSGi service with the property {@value
 * #TYPE_PROPERTY}; where there are several for a type, the one with the highest ranking is used. A
 * message of a type that nobody handles is ignored and counted.
 */
@ConsumerType
public interface MessageHandler {
  /** The service property with the message type, or an array of types. */
  String TYPE_PROPERTY = "message.type";

  /**
   * Handles a message. Called by one thread at a time for one session, by several for several
   * sessions. It may block: the peer then waits, and nobody else.
   *
   * @param session the session that the message came in
   * @param message the message, of one of the types that the handler is registered for
   * @throws Exception if it cannot be handled; counted, reported, and after too many in a session
   *     the session is closed
   */
  void handle(Session session, Message message) throws Exception;
}
