// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.chroniclesync.api.crypto.CodeAgreement;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.ShortCodes;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.core.base.EventLoop;

/** The device on which the code is entered, and which gets the words. */
final class Joiner extends Talk {
  private final ShortCodes codes;
  private final String words;
  private final String ownName;
  private final EventLoop loop;
  private final ExecutorService calls;
  private final Consumer<char[]> keep;
  private final CompletableFuture<String> result;
  private boolean keeping;

  /**
   * Looks for the other device.
   *
   * @param words of the code
   * @param calls keeps the words, which takes a while
   * @param keep takes the words of the account, not changed
   * @param result completed with the name of the other device
   */
  Joiner(
      MeetingRoom room,
      EventLoop loop,
      ShortCodes codes,
      String words,
      String ownName,
      ExecutorService calls,
      Consumer<char[]> keep,
      CompletableFuture<String> result) {
    super(room, loop, Note.INVITER_FIRST);
    this.codes = codes;
    this.words = words;
    this.ownName = ownName;
    this.loop = loop;
    this.calls = calls;
    this.keep = keep;
    this.result = result;
  }

  @Override
  CodeAgreement agreeWith(PeerId peer) {
    return codes.begin(false, room().room(), room().self(), peer, words);
  }

  @Override
  public void saw(MeetingRoom.Way by, PeerId other) {
    if (!hasMet() && !isOver()) {
      CodeAgreement with = meet(by, other);
      say(Note.of(Note.JOINER_FIRST, with.first()), Note.INVITER_FIRST);
    }
  }

  @Override
  boolean take(CodeAgreement with, Note note) throws EnvelopeException {
    return switch (note.step()) {
      case Note.INVITER_FIRST -> {
        boolean taken = with.takeFirst(note.body());
        if (taken) {
          say(Note.of(Note.JOINER_SECOND, with.second()), Note.INVITER_SECOND);
        }
        yield taken;
      }
      case Note.INVITER_SECOND -> {
        boolean taken = with.takeSecond(note.body());
        if (taken) {
          byte[] name = with.seal(ownName.getBytes(UTF_8));
          say(Note.of(Note.JOINER_CONFIRMS, with.confirmation(), name), Note.WORDS);
        }
        yield taken;
      }
      default -> isConfirmed(with, note) && keep(with, opened(with, note));
    };
  }

  private boolean keep(CodeAgreement with, byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    if (end == text.length) {
      return false;
    }
    String name = name(text, 0, end);
    char[] phrase = new char[text.length - end - 1];
    for (int i = 0; i < phrase.length; i++) {
      phrase[i] = (char) (text[end + 1 + i] & 0xff);
    }
    Arrays.fill(text, (byte) 0);
    Note done = Note.of(Note.TAKEN, with.seal(new byte[0]));
    await();
    keeping = true;
    calls.execute(() -> keep(phrase, name, done));
    return true;
  }

  private void keep(char[] phrase, String name, Note done) {
    try {
      keep.accept(phrase);
      loop.post(
          () -> {
            say(done, Note.END);
            finish();
          });
      result.complete(name);
    } catch (RuntimeException | Error e) {
      loop.post(
          () ->
              refuse(
                  "The words of "
                      + name
                      + " came, but cannot be kept: "
                      + e.getMessage()
                      + " Run pair there again once it is mended."));
    } finally {
      Arrays.fill(phrase, '\0');
    }
  }

  /** Nobody was there, or did not come to an end in time. */
  void late() {
    if (!keeping) {
      refuse(
          hasMet()
              ? "The other device did not answer in time. Run pair there for a new code."
              : "Nobody shows this code at a discovery service that both devices use. Compare the"
                  + " number, and the discovery in status on both.");
    }
  }

  @Override
  void failed(String why) {
    result.completeExceptionally(new IllegalStateException(why));
  }

  @Override
  String givenUp() {
    return differing();
  }

  @Override
  String differing() {
    return "The code is not the one that the other device shows, or another device was there"
        + " first. A code is good for one try: run pair there for a new one.";
  }
}
