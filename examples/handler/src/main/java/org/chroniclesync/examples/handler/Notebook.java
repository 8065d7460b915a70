// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;

/** The newest notes, of this node and of others. Safe for any thread. */
final class Notebook {
  static final int MAX_NOTES = 100;

  private record Key(PeerId peer, String id) {}

  private record Written(Note note, Set<PeerId> keptBy) {}

  private final Map<String, Written> written = new LinkedHashMap<>();
  private final Map<Key, Note> received = new LinkedHashMap<>();

  /** Adds a note of this node. */
  synchronized void write(Note note) {
    written.put(note.id(), new Written(note, new HashSet<>()));
    dropOldest(written);
  }

  /** Adds a note of a peer. One that comes again, as after a lost connection, replaces itself. */
  synchronized void keep(PeerId peer, Note note) {
    received.put(new Key(peer, note.id()), note);
    dropOldest(received);
  }

  /** A peer says that it keeps a note. What it says of a note that is not here means nothing. */
  synchronized void kept(PeerId peer, String id) {
    Written known = written.get(id);
    if (known != null) {
      known.keptBy().add(peer);
    }
  }

  /** Returns the notes of this node, the oldest first. */
  synchronized List<Note> written() {
    return written.values().stream().map(Written::note).toList();
  }

  /** Returns the notes of this node that a peer has not said it keeps, the oldest first. */
  synchronized List<Note> notKeptBy(PeerId peer) {
    return written.values().stream()
        .filter(of -> !of.keptBy().contains(peer))
        .map(Written::note)
        .toList();
  }

  /** Returns all notes as lines, first those of this node. */
  synchronized List<String> lines() {
    Stream<String> own =
        written.values().stream()
            .map(of -> "here: " + of.note().text() + " (kept by " + of.keptBy().size() + ")");
    Stream<String> others =
        received.entrySet().stream().map(of -> of.getKey().peer() + ": " + of.getValue().text());
    return Stream.concat(own, others).toList();
  }

  private static void dropOldest(Map<?, ?> notes) {
    if (notes.size() > MAX_NOTES) {
      notes.remove(notes.keySet().iterator().next());
    }
  }
}
