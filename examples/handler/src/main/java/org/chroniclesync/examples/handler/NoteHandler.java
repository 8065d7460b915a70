// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.osgi.service.component.annotations.Component;

/**
 * Shares notes that are written at the prompt with all other nodes that have this handler, whoever
 * comes first.
 */
@Component(
    service = {MessageHandler.class, NoteHandler.class},
    property = {
      MessageHandler.TYPE_PROPERTY + "=" + NoteHandler.HELLO,
      MessageHandler.TYPE_PROPERTY + "=" + NoteHandler.NOTE,
      MessageHandler.TYPE_PROPERTY + "=" + NoteHandler.KEPT,
      "osgi.command.scope=example",
      "osgi.command.function=note",
      "osgi.command.function=notes"
    })
public final class NoteHandler implements MessageHandler {
  static final String HELLO = "note-hello";
  static final String NOTE = "note";
  static final String KEPT = "note-kept";

  private final Notebook notebook = new Notebook();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

  /**
   * Introduces this node. A peer that has the handler answers with its notes; where it comes later,
   * it introduces itself then.
   */
  @Override
  public void opened(Session session) throws Exception {
    // A client of version 1 knows no types but its own.
    if (session.version() >= 2) {
      sessions.add(session);
      session.send(new Payload.Other(HELLO, "{}"));
      send(session, notebook.notKeptBy(session.peer()));
    }
  }

  @Override
  public void closed(Session session) {
    sessions.remove(session);
  }

  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.Other other) {
      switch (other.type()) {
        case HELLO -> send(session, notebook.written());
        case NOTE -> keep(session, NoteJson.read(other.json()));
        case KEPT -> notebook.kept(session.peer(), NoteJson.readId(other.json()));
        default -> throw new IllegalArgumentException("not a message about notes");
      }
    }
  }

  /**
   * Writes a note and sends it to the nodes that are connected; those that come later ask for it.
   * Waits while one of them is slow. The command {@code example:note}.
   *
   * @param text what the note says, 1 to 2,000 characters
   * @return how many nodes it was sent to
   * @throws IllegalArgumentException if the text is too long or has control characters
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public String note(String text) throws InterruptedException {
    Note note = Note.of(text);
    // Before it is sent: a session that opens meanwhile takes it from there.
    notebook.write(note);
    int sent = 0;
    for (Session session : sessions) {
      try {
        send(session, List.of(note));
        sent++;
      } catch (ChannelClosedException e) {
        // The peer asks for it in its next session.
      }
    }
    return "sent to " + sent;
  }

  /**
   * Lists the notes, first those of this node, the oldest first: the command {@code example:notes}.
   *
   * @return a line for each
   */
  public List<String> notes() {
    return notebook.lines();
  }

  private void keep(Session session, Note note) throws Exception {
    notebook.keep(session.peer(), note);
    session.send(new Payload.Other(KEPT, NoteJson.id(note)));
  }

  private static void send(Session session, List<Note> notes)
      throws ChannelClosedException, InterruptedException {
    for (Note note : notes) {
      session.send(new Payload.Other(NOTE, NoteJson.write(note)));
    }
  }
}
