// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.chroniclesync.api.crypto.CodeAgreement;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.ShortCodes;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.core.base.EventLoop;

/** The device that shows the code, and gives its words to whoever has it. */
final class Inviter extends Talk {
  private final ShortCodes codes;
  private final String words;
  private final String ownName;
  private final Supplier<char[]> phrase;
  private final Consumer<Invitation.State> state;
  private String theirName = "";
  private boolean given;

  /**
   * Waits in the room.
   *
   * @param words of the code
   * @param phrase gives the words of the account, to be wiped
   * @param state told of what comes of it
   */
  Inviter(
      MeetingRoom room,
      EventLoop loop,
      ShortCodes codes,
      String words,
      String ownName,
      Supplier<char[]> phrase,
      Consumer<Invitation.State> state) {
    super(room, loop, Note.JOINER_FIRST);
    this.codes = codes;
    this.words = words;
    this.ownName = ownName;
    this.phrase = phrase;
    this.state = state;
  }

  @Override
  CodeAgreement agreeWith(PeerId peer) {
    state.accept(new Invitation.State.Meeting());
    return codes.begin(true, room().room(), room().self(), peer, words);
  }

  @Override
  boolean take(CodeAgreement with, Note note) throws EnvelopeException {
    return switch (note.step()) {
      case Note.JOINER_FIRST -> {
        boolean taken = with.takeFirst(note.body());
        if (taken) {
          say(Note.of(Note.INVITER_FIRST, with.first()), Note.JOINER_SECOND);
        }
        yield taken;
      }
      case Note.JOINER_SECOND -> {
        boolean taken = with.takeSecond(note.body());
        if (taken) {
          say(Note.of(Note.INVITER_SECOND, with.second()), Note.JOINER_CONFIRMS);
        }
        yield taken;
      }
      case Note.JOINER_CONFIRMS -> give(with, note);
      default -> {
        with.open(note.body());
        await();
        finish();
        state.accept(new Invitation.State.Given(theirName));
        yield true;
      }
    };
  }

  /** Not a word before the other side has proved that it has the key. */
  private boolean give(CodeAgreement with, Note note) throws EnvelopeException {
    if (!isConfirmed(with, note)) {
      return false;
    }
    byte[] name = opened(with, note);
    theirName = name(name, 0, name.length);
    byte[] text = text();
    try {
      say(Note.of(Note.WORDS, with.confirmation(), with.seal(text)), Note.TAKEN);
      given = true;
    } finally {
      Arrays.fill(text, (byte) 0);
    }
    return true;
  }

  /** The name, a line feed, and the words, whose list has ASCII letters only. */
  private byte[] text() {
    char[] now = phrase.get();
    byte[] name = ownName.getBytes(UTF_8);
    byte[] text = Arrays.copyOf(name, name.length + 1 + now.length);
    text[name.length] = '\n';
    for (int i = 0; i < now.length; i++) {
      text[name.length + 1 + i] = (byte) now[i];
    }
    Arrays.fill(now, '\0');
    return text;
  }

  /** The other side did not come to an end in time. */
  void late() {
    refuse(
        given
            ? "The other device, "
                + theirName
                + ", got the words, but has not said that it kept them; see there."
            : "The other device did not come to an end in time. The code is of no use any more; run"
                + " pair for a new one.");
  }

  @Override
  void failed(String why) {
    state.accept(new Invitation.State.Ended(why));
  }

  @Override
  String givenUp() {
    return given
        ? "The other device, " + theirName + ", got the words but could not keep them; see there."
        : differing();
  }

  @Override
  String differing() {
    return "Somebody entered another code than this one, so it is of no use any more. Run pair for"
        + " a new one. If it was not you, somebody tried to guess it.";
  }
}
