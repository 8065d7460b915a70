// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Keeps the newest notes of other devices, tells them so, and lists them at the prompt. */
@Component(
    service = {MessageHandler.class, NoteHandler.class},
    property = {
      MessageHandler.TYPE_PROPERTY + "=" + NoteHandler.TYPE,
      "osgi.command.scope=example",
      "osgi.command.function=notes"
    })
public final class NoteHandler implements MessageHandler {
  static final String TYPE = "note";
  static final String KEPT = "note-kept";
  static final int MAX_NOTES = 100;

  private record Key(PeerId peer, String id) {}

  // Several sessions at once; each is told only after its note is in.
  private final Map<Key, Note> notes = new LinkedHashMap<>();

  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.Other other) {
      Note note = NoteJson.read(other.json());
      keep(new Key(session.peer(), note.id()), note);
      session.send(new Payload.Other(KEPT, NoteJson.kept(note)));
    }
  }

  /**
   * Lists the notes, the oldest first: the command {@code example:notes}.
   *
   * @return a line for each
   */
  public List<String> notes() {
    synchronized (notes) {
      return notes.entrySet().stream()
          .map(entry -> entry.getKey().peer() + ": " + entry.getValue().text())
          .toList();
    }
  }

  private void keep(Key key, Note note) {
    synchronized (notes) {
      // A note that comes again, as after a lost connection, takes the place of itself.
      notes.put(key, note);
      if (notes.size() > MAX_NOTES) {
        notes.remove(notes.keySet().iterator().next());
      }
    }
  }
}
