// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.chroniclesync.testkits.handler.RecordingSession;
import org.junit.jupiter.api.Test;

class NoteHandlerTest extends MessageHandlerContract {
  private static final Payload HELLO = new Payload.Other("note-hello", "{}");
  private static final Payload MILK =
      new Payload.Other("note", "{\"id\":\"1\",\"text\":\"buy milk\",\"colour\":{}}");
  private static final Payload MILK_KEPT = new Payload.Other("note-kept", "{\"id\":\"1\"}");

  private final NoteHandler handler = new NoteHandler();
  private final RecordingSession phone = RecordingSession.withNode("phone");

  @Override
  protected Provided provide() {
    return new Provided(
        new NoteHandler(),
        Set.of(NoteHandler.HELLO, NoteHandler.NOTE, NoteHandler.KEPT),
        List.of(HELLO, MILK, MILK_KEPT));
  }

  @Override
  protected void begin(MessageHandler begun) throws Exception {
    ((NoteHandler) begun).note("buy bread");
  }

  @Test
  void introducesItselfToEachNode() throws Exception {
    phone.open(handler);
    assertThat(phone.sent()).containsExactly(HELLO);
  }

  @Test
  void keepsANoteAndSaysSo() throws Exception {
    phone.open(handler);
    phone.deliver(handler, MILK);
    phone.deliver(handler, MILK);
    assertThat(handler.notes()).containsExactly("phone: buy milk");
    assertThat(phone.sent()).containsExactly(HELLO, MILK_KEPT, MILK_KEPT);
  }

  /** What one end sends before the other has the handler is ignored there. */
  @Test
  void bothEndWithTheNotesOfBothWhoeverComesLater() throws Exception {
    RecordingSession laptop = RecordingSession.withNode("laptop");
    NoteHandler late = new NoteHandler();
    handler.note("written before the phone came");
    phone.open(handler);
    int ignored = phone.sent().size();

    late.note("written before it was introduced");
    laptop.open(late);
    for (int there = 0, back = ignored; there < laptop.sent().size(); there++) {
      phone.deliver(handler, laptop.sent().get(there));
      while (back < phone.sent().size()) {
        laptop.deliver(late, phone.sent().get(back++));
      }
    }

    assertThat(handler.notes())
        .containsExactly(
            "here: written before the phone came (kept by 1)",
            "phone: written before it was introduced");
    assertThat(late.notes())
        .containsExactly(
            "here: written before it was introduced (kept by 1)",
            "laptop: written before the phone came");
  }

  @Test
  void whatAPeerKeepsIsSentAgainOnlyIfItAsks() throws Exception {
    phone.open(handler);
    handler.note("once");
    Payload note = phone.sent().get(1);
    phone.deliver(handler, new Payload.Other("note-kept", ((Payload.Other) note).json()));
    phone.close(handler);

    RecordingSession next = RecordingSession.withNode("phone");
    next.open(handler);
    assertThat(next.sent()).containsExactly(HELLO);
    next.deliver(handler, HELLO);
    assertThat(next.sent()).containsExactly(HELLO, note);
  }

  @Test
  void whatIsWrittenGoesToAllNodesAndToNoClient() throws Exception {
    RecordingSession tablet = RecordingSession.withNode("tablet");
    RecordingSession client = RecordingSession.withClient("extension");
    phone.open(handler);
    tablet.open(handler);
    client.open(handler);
    assertThat(handler.note("now")).isEqualTo("sent to 2");
    assertThat(phone.sent()).hasSize(2).isEqualTo(tablet.sent());
    assertThat(client.sent()).isEmpty();
  }

  @Test
  void aNodeThatHasLeftIsPassedOver() throws Exception {
    RecordingSession tablet = RecordingSession.withNode("tablet");
    phone.open(handler);
    tablet.open(handler);
    tablet.end();
    assertThat(handler.note("it goes just now")).isEqualTo("sent to 1");
    tablet.close(handler);
    phone.close(handler);
    assertThat(handler.note("nobody is there")).isEqualTo("sent to 0");
  }

  @Test
  void keepsTheNewestHundred() throws Exception {
    for (int i = 0; i < 101; i++) {
      phone.deliver(
          handler, new Payload.Other("note", "{\"id\":\"" + i + "\",\"text\":\"note " + i + "\"}"));
      handler.note("own " + i);
    }
    assertThat(handler.notes())
        .hasSize(200)
        .doesNotContain("phone: note 0", "here: own 0 (kept by 0)");
  }

  @Test
  void refusesWhatATerminalWouldObey() {
    Payload clear = new Payload.Other("note", "{\"id\":\"1\",\"text\":\"\\u001b[2J\"}");
    assertThatThrownBy(() -> phone.deliver(handler, clear))
        .hasMessageContaining("control characters");
    assertThat(handler.notes()).isEmpty();
  }
}
