// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What one side says to the other: a byte that says which step it is, and what belongs to it.
 * Discoveries carry it as they carry sealed signals.
 *
 * @param step one of the constants
 */
@SuppressWarnings("ArrayRecordComponent") // on the way to where it is taken, never compared
record Note(byte step, byte[] body) {
  /** The side that says it has given up. */
  static final byte END = 0;

  // By turns, the joiner first.
  static final byte JOINER_FIRST = 1;
  static final byte INVITER_FIRST = 2;
  static final byte JOINER_SECOND = 3;
  static final byte INVITER_SECOND = 4;
  static final byte JOINER_CONFIRMS = 5;
  static final byte WORDS = 6;
  static final byte TAKEN = 7;

  /** Longest text that is looked at; the longest step has 1,601 bytes. */
  static final int MAX_CHARS = 2_400;

  static Note of(int step, byte[]... parts) {
    ByteBuffer body = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      body.put(part);
    }
    return new Note((byte) step, body.array());
  }

  Signal.Sealed signal() {
    byte[] bytes = ByteBuffer.allocate(1 + body.length).put(step).put(body).array();
    return new Signal.Sealed(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Reads what a stranger sent; null if it is no note. */
  static @Nullable Note of(Signal signal) {
    if (!(signal instanceof Signal.Sealed sealed) || sealed.data().length() > MAX_CHARS) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(sealed.data());
      return bytes.length == 0 || bytes[0] < END || bytes[0] > TAKEN
          ? null
          : new Note(bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the step alone. */
  @Override
  public String toString() {
    return "Note[" + step + "]";
  }
}
