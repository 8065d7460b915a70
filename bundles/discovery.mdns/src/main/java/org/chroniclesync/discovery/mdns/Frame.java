// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.history.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * What is in a frame: a byte that says of what kind it is, and texts, each as the number of its
 * UTF-16 code units and these, as {@code docs/protocol.md} says.
 */
final class Frame {
  static final byte INTRODUCTION = 0;
  static final byte PING = 1;
  static final byte PONG = 2;
  static final byte INSTANCES = 3;
  private static final byte OFFER = 4;
  private static final byte NODE_OFFER = 5;
  private static final byte ANSWER = 6;
  private static final byte CANDIDATE = 7;
  private static final byte CANDIDATE_WITHOUT_MID = 8;
  private static final byte SEALED = 9;

  /** As many as there are hours that are good at once. */
  private static final int MAX_INSTANCES = 3;

  /** Longest frame, in bytes: that of the longest sealed signal. */
  static final int MAX_BYTES = 1 + Integer.BYTES + 2 * Signal.MAX_SEALED_CHARS;

  private Frame() {}

  static byte[] write(byte kind, String... texts) {
    int length = 1;
    for (String text : texts) {
      length += Integer.BYTES + 2 * text.length();
    }
    ByteBuffer frame = ByteBuffer.allocate(length).put(kind);
    for (String text : texts) {
      frame.putInt(text.length());
      for (int i = 0; i < text.length(); i++) {
        frame.putChar(text.charAt(i));
      }
    }
    return frame.array();
  }

  static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is longer than allowed, or than what is there
   */
  static String text(ByteBuffer frame, int maxChars) {
    int length = frame.getInt();
    if (length < 0 || length > maxChars || frame.remaining() / 2 < length) {
      throw new IllegalArgumentException("a text of " + length + " characters");
    }
    char[] text = new char[length];
    frame.asCharBuffer().get(text);
    frame.position(frame.position() + 2 * length);
    return new String(text);
  }

  /** Reads the instances of a member, one after the other. */
  static String instances(ByteBuffer frame) {
    return text(frame, MAX_INSTANCES * HourSecret.INSTANCE_CHARS);
  }

  static byte[] bytes(ByteBuffer frame, int maxBytes) {
    return text(frame, maxBytes).getBytes(ISO_8859_1);
  }

  /** Writes a signal as a text, whose first character is the kind. */
  static String text(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return (char) (offer.node() ? NODE_OFFER : OFFER) + offer.sdp();
    }
    if (signal instanceof Signal.Answer answer) {
      return (char) ANSWER + answer.sdp();
    }
    if (signal instanceof Signal.Candidate candidate) {
      String mid = candidate.sdpMid();
      char index = (char) candidate.sdpMLineIndex();
      return mid == null
          ? "" + (char) CANDIDATE_WITHOUT_MID + index + candidate.candidate()
          : "" + (char) CANDIDATE + index + (char) mid.length() + mid + candidate.candidate();
    }
    return (char) SEALED + ((Signal.Sealed) signal).data();
  }

  /** Makes the frame of a signal that was written as a text. */
  static byte[] ofSignal(String text) {
    return write((byte) text.charAt(0), text.substring(1));
  }

  /**
   * Reads a signal.
   *
   * @return the signal, or null if frames of that kind are unknown: a later version may have more
   * @throws IllegalArgumentException if a bound is broken
   * @throws BufferUnderflowException if something is missing
   */
  static @Nullable Signal signal(byte kind, ByteBuffer frame) {
    return switch (kind) {
      case OFFER -> new Signal.Offer(text(frame, Signal.MAX_SDP_CHARS), false);
      case NODE_OFFER -> new Signal.Offer(text(frame, Signal.MAX_SDP_CHARS), true);
      case ANSWER -> new Signal.Answer(text(frame, Signal.MAX_SDP_CHARS));
      case SEALED -> new Signal.Sealed(text(frame, Signal.MAX_SEALED_CHARS));
      case CANDIDATE, CANDIDATE_WITHOUT_MID -> candidate(kind, frame);
      default -> null;
    };
  }

  private static Signal candidate(byte kind, ByteBuffer frame) {
    String text = text(frame, 2 + Bounds.MAX_ID_CHARS + Signal.MAX_CANDIDATE_CHARS);
    int fixed = kind == CANDIDATE ? 2 : 1;
    int midChars = text.length() < fixed ? -1 : fixed == 2 ? text.charAt(1) : 0;
    if (midChars < 0 || text.length() < fixed + midChars) {
      throw new IllegalArgumentException("a candidate of " + text.length() + " characters");
    }
    String mid = kind == CANDIDATE ? text.substring(fixed, fixed + midChars) : null;
    return new Signal.Candidate(mid, text.charAt(0), text.substring(fixed + midChars));
  }
}
