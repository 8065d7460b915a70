// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.chroniclesync.api.crypto.CodeAgreement;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.core.base.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What two devices say to each other in the room of a code, by turns, for one of them. It says its
 * last note again until the next one comes, since discoveries lose some. On the loop only.
 *
 * <p>The first who comes is the only one: whoever it is, the code is used up by them.
 */
abstract class Talk implements MeetingRoom.Guest {
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /** How long the last note has to get through before the room is left. */
  private static final Duration PARTING = Duration.ofSeconds(5);

  private final MeetingRoom room;
  private final EventLoop loop;
  private MeetingRoom.@Nullable Way way;
  private @Nullable PeerId peer;
  private @Nullable CodeAgreement agreement;
  private @Nullable Note last;
  private byte awaited;
  private boolean over;

  Talk(MeetingRoom room, EventLoop loop, int awaited) {
    this.room = room;
    this.loop = loop;
    this.awaited = (byte) awaited;
  }

  /** Begins an agreement with whoever came first. */
  abstract CodeAgreement agreeWith(PeerId peer);

  /**
   * Takes the note whose turn it is.
   *
   * @return false if it is not what an honest device with the same code says
   */
  abstract boolean take(CodeAgreement with, Note note) throws EnvelopeException;

  /** It came to nothing. */
  abstract void failed(String why);

  /** Returns what to tell the person of this side if the other one gave up. */
  abstract String givenUp();

  /** Returns what to tell the person of this side if the codes differ. */
  abstract String differing();

  final boolean isOver() {
    return over;
  }

  final boolean hasMet() {
    return peer != null;
  }

  final MeetingRoom room() {
    return room;
  }

  /** This is the one. */
  final CodeAgreement meet(MeetingRoom.Way by, PeerId other) {
    way = by;
    peer = other;
    CodeAgreement begun = agreeWith(other);
    agreement = begun;
    repeat();
    return begun;
  }

  final void say(Note note, int next) {
    last = note;
    awaited = (byte) next;
    sayLast();
  }

  /** Says nothing more for now, and takes nothing but an end. */
  final void await() {
    last = null;
    awaited = Note.END;
  }

  private void sayLast() {
    MeetingRoom.Way by = way;
    PeerId to = peer;
    Note note = last;
    if (by != null && to != null && note != null) {
      by.say(to, note);
    }
  }

  private void repeat() {
    loop.after(
        AGAIN,
        () -> {
          if (way != null) {
            sayLast();
            repeat();
          }
        });
  }

  @Override
  public void saw(MeetingRoom.Way by, PeerId other) {
    // Only one side begins.
  }

  @Override
  public void missed(MeetingRoom.Way by, PeerId other) {
    if (over && other.equals(peer)) {
      part();
    }
  }

  @Override
  public final void heard(MeetingRoom.Way by, PeerId other, Note note) {
    if (over) {
      return;
    }
    if (peer == null && note.step() == awaited && awaited == Note.JOINER_FIRST) {
      meet(by, other);
    }
    CodeAgreement with = agreement;
    if (with == null || !other.equals(peer)) {
      return;
    }
    if (note.step() == Note.END) {
      end(givenUp());
    } else if (note.step() == awaited) {
      attempt(with, note);
    }
  }

  /** Whatever it is that goes wrong with what a stranger sent, the code is used up by it. */
  private void attempt(CodeAgreement with, Note note) {
    try {
      if (!take(with, note)) {
        refuse(differing());
      }
    } catch (EnvelopeException | RuntimeException e) {
      refuse(differing());
    }
  }

  /** Gives up, and tells the other side. */
  final void refuse(String why) {
    if (!over) {
      say(Note.of(Note.END), Note.END);
      end(why);
    }
  }

  private void end(String why) {
    finish();
    failed(why);
  }

  /** Nothing more is taken; the last note may still get through. */
  final void finish() {
    over = true;
    CodeAgreement with = agreement;
    if (with != null) {
      with.close();
    }
    if (peer == null) {
      part();
    } else {
      loop.after(PARTING, this::part);
    }
  }

  /** Leaves the room. */
  final void part() {
    over = true;
    way = null;
    room.leave();
  }

  // --- Texts ------------------------------------------------------------------------------------

  /** The proof at the beginning of a note, and what is sealed behind it. */
  static boolean isConfirmed(CodeAgreement with, Note note) {
    return note.body().length >= CodeAgreement.CONFIRMATION_BYTES
        && with.isConfirmed(Arrays.copyOf(note.body(), CodeAgreement.CONFIRMATION_BYTES));
  }

  static byte[] opened(CodeAgreement with, Note note) throws EnvelopeException {
    return with.open(
        Arrays.copyOfRange(note.body(), CodeAgreement.CONFIRMATION_BYTES, note.body().length));
  }

  /** A stranger's text, for a person's eyes. */
  static String name(byte[] text, int from, int to) {
    String name = new String(text, from, to - from, StandardCharsets.UTF_8);
    String shown = name.replaceAll("\\p{C}", "").strip();
    return shown.substring(0, Math.min(shown.length(), KnownDevice.MAX_NAME_CHARS));
  }
}
