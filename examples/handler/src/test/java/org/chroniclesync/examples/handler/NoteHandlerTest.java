// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.chroniclesync.testkits.handler.RecordingSession;
import org.junit.jupiter.api.Test;

class NoteHandlerTest extends MessageHandlerContract {
  private static final String NOTE = "{\"id\":\"1\",\"text\":\"buy milk\",\"colour\":{}}";

  private final NoteHandler handler = new NoteHandler();
  private final RecordingSession session =
      new RecordingSession(
          new PeerId("phone"), new Hello(1, new FeedId("feed")), RecordingSession.Failure.NONE);

  @Override
  protected Provided provide() {
    return new Provided(new NoteHandler(), Set.of(NoteHandler.TYPE), List.of(note(NOTE)));
  }

  @Test
  void keepsANoteAndSaysSo() throws Exception {
    handle(NOTE);
    handle(NOTE);
    assertThat(handler.notes()).containsExactly("phone: buy milk");
    assertThat(session.sent().get(0)).isEqualTo(new Payload.Other("note-kept", "{\"id\":\"1\"}"));
  }

  @Test
  void keepsTheNewestHundred() throws Exception {
    for (int i = 0; i < 101; i++) {
      handle("{\"id\":\"" + i + "\",\"text\":\"note " + i + "\"}");
    }
    assertThat(handler.notes()).hasSize(100).doesNotContain("phone: note 0");
  }

  @Test
  void refusesWhatATerminalWouldObey() {
    assertThatThrownBy(() -> handle("{\"id\":\"1\",\"text\":\"\\u001b[2J\"}"))
        .hasMessageContaining("control characters");
    assertThat(handler.notes()).isEmpty();
  }

  private void handle(String json) throws Exception {
    handler.handle(session, new Message(note(json), "somebody", 1));
  }

  private static Payload note(String json) {
    return new Payload.Other(NoteHandler.TYPE, json);
  }
}
