// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes CBOR (RFC 8949), as much of it as packed records are made of. */
final class CborWriter {
  private static final int INITIAL_BYTES = 1_024;
  private static final int MAX_HEAD_BYTES = 9;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** The buffer itself; right up to {@link #length()} until something more is written. */
  byte[] buffer() {
    return bytes;
  }

  int length() {
    return length;
  }

  void integer(long value) {
    reserve(MAX_HEAD_BYTES);
    if (value >= 0) {
      head(Cbor.UNSIGNED, value);
    } else {
      head(Cbor.NEGATIVE, ~value);
    }
  }

  void real(double value) {
    reserve(MAX_HEAD_BYTES);
    bytes[length++] = (byte) Cbor.DOUBLE;
    put(Double.doubleToRawLongBits(value), Long.BYTES);
  }

  void nothing() {
    reserve(1);
    bytes[length++] = (byte) Cbor.NULL;
  }

  void array(int size) {
    reserve(MAX_HEAD_BYTES);
    head(Cbor.ARRAY, size);
  }

  /** Writes a text, or its UTF-16 as bytes if it has no UTF-8. */
  void text(String value) {
    text(value, 0);
  }

  void text(String value, int from) {
    int chars = value.length() - from;
    reserve(MAX_HEAD_BYTES + chars);
    int start = length;
    head(Cbor.TEXT, chars);
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        length = start;
        beyondAscii(value.substring(from));
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  void textOrNothing(@Nullable String value) {
    if (value == null) {
      nothing();
    } else {
      text(value);
    }
  }

  /** Begins a byte string; its bytes are written as halves. */
  void bytes(int count) {
    reserve(MAX_HEAD_BYTES + count);
    head(Cbor.BYTES, count);
  }

  void half(long value) {
    reserve(Long.BYTES);
    put(value, Long.BYTES);
  }

  private void beyondAscii(String value) {
    boolean well = Text.isWellFormed(value);
    byte[] encoded = well ? value.getBytes(StandardCharsets.UTF_8) : Text.utf16(value);
    reserve(MAX_HEAD_BYTES + encoded.length);
    head(well ? Cbor.TEXT : Cbor.BYTES, encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
  }

  private void head(int major, long value) {
    int kind = major << Cbor.MAJOR_SHIFT;
    if (value < Cbor.ONE_BYTE) {
      bytes[length++] = (byte) (kind | (int) value);
    } else if (value < 1L << Byte.SIZE) {
      bytes[length++] = (byte) (kind | Cbor.ONE_BYTE);
      put(value, Byte.BYTES);
    } else if (value < 1L << Short.SIZE) {
      bytes[length++] = (byte) (kind | Cbor.TWO_BYTES);
      put(value, Short.BYTES);
    } else if (value < 1L << Integer.SIZE) {
      bytes[length++] = (byte) (kind | Cbor.FOUR_BYTES);
      put(value, Integer.BYTES);
    } else {
      bytes[length++] = (byte) (kind | Cbor.EIGHT_BYTES);
      put(value, Long.BYTES);
    }
  }

  private void put(long value, int count) {
    for (int shift = (count - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
