// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Handles messages of one type. Registered as an OSGi service with the property {@value
 * #TYPE_PROPERTY}; where there are several for a type, the one with the highest ranking is used. A
 * message of a type that nobody handles is ignored and counted.
 *
 * <p>The rules, each of which is a test of the handler kit:
 *
 * <ol>
 *   <li>A message of its type that makes sense is handled, and so is the same message again: peers
 *       repeat.
 *   <li>Whatever else comes under its type ends in a return or in an exception, never in an error
 *       of the virtual machine or in an endless loop: a peer can write what it likes.
 *   <li>Several sessions at once do not disturb each other; an answer goes to the session that
 *       asked.
 *   <li>What the session throws is not kept silent: it comes out of {@link #handle}, itself or as a
 *       cause. In particular nothing counts as stored when storing failed.
 *   <li>An interrupt ends the handling at once, and stays known: as the exception, or as the
 *       interrupt status of the thread.
 *   <li>No thread is left behind, and the session is not used after {@link #handle} returned unless
 *       a person asked for it.
 * </ol>
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
