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
 *   <li>No thread is left behind. A session that was opened may be used until it is closed; any
 *       other is not used after {@link #handle} returned.
 *   <li>What is opened is closed: after {@link #closed} the handler keeps nothing of the session,
 *       also if {@link #opened} failed. It closes that session alone: a peer that comes back may
 *       have a new session before the old one is closed.
 * </ol>
 */
@ConsumerType
public interface MessageHandler {
  /** The service property with the message type, or an array of types. */
  String TYPE_PROPERTY = "message.type";

  /**
   * Begins a conversation: the peer has proved that it belongs to the account, and messages can be
   * sent. Called once for each session, before its messages, and for the sessions that are open
   * when the handler comes. It may block: the peer then waits, and nobody else.
   *
   * <p>The same thread calls {@link #handle} for that session, unless the type is a control type
   * ({@link Payload#isControl}): those messages are handled by another thread, and may come before.
   *
   * @param session the session, which the handler may keep until {@link #closed}
   * @throws Exception if it cannot begin; reported, and the session goes on
   */
  default void opened(Session session) throws Exception {}

  /**
   * Ends a conversation: the session has ended and nothing can be sent. Called once for each
   * session for which {@link #opened} was called, after the last {@link #handle}, unless the
   * handler has left before.
   *
   * @param session the session, to be forgotten
   */
  default void closed(Session session) {}

  /**
   * Handles a message. Called by one thread at a time for one session, by several for several
   * sessions. It may block: the peer then waits, and nobody else. A handler of a control type
   * ({@link Payload#isControl}) must not block, because the thread that calls it also answers for
   * the session being alive.
   *
   * @param session the session that the message came in
   * @param message the message, of one of the types that the handler is registered for
   * @throws Exception if it cannot be handled; counted, reported, and after too many in a session
   *     the session is closed
   */
  void handle(Session session, Message message) throws Exception;
}
