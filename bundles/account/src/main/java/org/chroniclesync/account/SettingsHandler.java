// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/**
 * The conversations about settings. A node needs its handlers before it has a history, and the
 * settings need the history; so these come to the handler, not it to them.
 */
@Component(
    service = {MessageHandler.class, SettingsHandler.class},
    property = MessageHandler.TYPE_PROPERTY + "=" + SettingsMessage.TYPE)
public final class SettingsHandler implements MessageHandler {
  private final Map<Session, Conversation> conversations = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable AccountSettings> settings = new AtomicReference<>();

  /** Makes a handler that has no settings yet. */
  public SettingsHandler() {}

  /** What a peer said last, and whether it is being asked. For the thread of the session. */
  private static final class Conversation {
    private String known = "";
    private boolean asking;
    private boolean learned;
  }

  /** Has settings, until they are detached. */
  void attach(AccountSettings arriving) {
    settings.set(arriving);
  }

  void detach(AccountSettings leaving) {
    settings.compareAndSet(leaving, null);
  }

  /** Returns the sessions with nodes that are open. */
  Set<Session> sessions() {
    return Set.copyOf(conversations.keySet());
  }

  @Override
  public void opened(Session session) throws Exception {
    // A client of version 1 knows no types but its own.
    if (session.version() >= 2) {
      conversations.put(session, new Conversation());
      AccountSettings here = settings.get();
      if (here != null) {
        session.send(here.reloaded());
      }
    }
  }

  @Override
  public void closed(Session session) {
    Conversation ended = conversations.remove(session);
    AccountSettings here = settings.get();
    if (ended != null && ended.learned && here != null) {
      here.tellOthers(session);
    }
  }

  @Override
  public void handle(Session session, Message message) throws Exception {
    AccountSettings here = settings.get();
    if (here == null || !(message.payload() instanceof Payload.Other other)) {
      return;
    }
    SettingsMessage said = SettingsMessage.read(other.json());
    Conversation conversation = conversations.getOrDefault(session, new Conversation());
    if (said instanceof SettingsMessage.Known known) {
      conversation.known = known.digest();
      askIfOther(session, conversation, here);
    } else if (said instanceof SettingsMessage.Asked asked) {
      session.send(here.after(asked.after()));
    } else if (said instanceof SettingsMessage.Told told) {
      take(session, conversation, here, told);
    }
  }

  private static void askIfOther(Session session, Conversation conversation, AccountSettings here)
      throws Exception {
    if (!conversation.asking && here.isOther(conversation.known)) {
      conversation.asking = true;
      // What it says from now on is news; what it said before is being asked for.
      conversation.known = "";
      session.send(new SettingsMessage.Asked("").payload());
    }
  }

  private static void take(
      Session session, Conversation conversation, AccountSettings here, SettingsMessage.Told told)
      throws Exception {
    conversation.learned |= here.learn(told.values());
    if (told.more() && !told.values().isEmpty() && conversation.asking) {
      String last = told.values().get(told.values().size() - 1).key();
      session.send(new SettingsMessage.Asked(last).payload());
      return;
    }
    conversation.asking = false;
    if (conversation.learned) {
      conversation.learned = false;
      here.tellOthers(session);
      session.send(here.known());
    }
    if (!conversation.known.isEmpty()) {
      askIfOther(session, conversation, here);
    }
  }
}
